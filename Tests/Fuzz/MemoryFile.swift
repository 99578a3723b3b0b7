import BackpropFiles

/// Linux's file without a name, which Swift's view of the C library leaves out; under C's calling
/// convention, which for such arguments is Swift's too.
@_silgen_name("memfd_create")
private func makeMemoryFile(_ name: UnsafePointer<CChar>, _ flags: CUnsignedInt) -> CInt

/// Bytes under a path, for readers that open files: no disk is asked, and nothing stays behind.
struct MemoryFile: ~Copyable {
  private let descriptor: Int32

  init(_ bytes: [UInt8]) throws {
    descriptor = makeMemoryFile("fuzz", 0)
    if descriptor < 0 || write(descriptor, bytes, bytes.count) != bytes.count {
      throw FileError(operation: "write to", path: "memory", code: errno)
    }
  }

  var path: String { "/proc/self/fd/\(descriptor)" }

  deinit { close(descriptor) }
}
