import Foundation

/// Whether this process runs under the address or the thread sanitizer, which keep freed memory aside
/// and look after pages of their own: what a test says of the process's memory then tells of them.
public let isUnderSanitizer: Bool = ["__asan_init", "__tsan_init"].contains {
  (name: String) in dlsym(dlopen(nil, RTLD_NOW), name) != nil
}
