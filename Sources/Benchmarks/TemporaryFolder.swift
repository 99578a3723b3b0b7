import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder for what a work reads from files.
enum TemporaryFolder {
  /// Runs `body` with a new folder, and removes it.
  static func with<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    let temporary = FileManager.default.temporaryDirectory.path
    let path = "\(temporary)/backprop-bench-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    try File.createFolder(path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }
}
