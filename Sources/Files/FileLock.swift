/// The right to write in a folder, which one process has at a time and loses when it ends, however it
/// ends.
///
/// It is a lock of the system's (`flock`) on a file, which stays there and holds the process's number.
package final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the right, or throws at once if another has it.
  ///
  /// - Parameters:
  ///   - path: the file to lock; it is made if it is not there.
  ///   - folder: the folder that errors name.
  /// - Throws: `FileError`, with the reason `inUse` if another process has the right, or another lock
  ///   of this one.
  package init(_ path: String, for folder: String) throws(FileError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    let opening = errorNumber(descriptor)
    if opening != 0 { throw FileError(operation: "write to", path: folder, code: opening) }
    // A killed process takes a moment to die, and who only looks holds the lock for another.
    var code: Int32 = 0
    for _ in 0..<10 {
      repeat { code = errorNumber(flock(descriptor, LOCK_EX | LOCK_NB)) } while code == EINTR
      if code != EWOULDBLOCK { break }
      usleep(20_000)
    }
    if code == EWOULDBLOCK {
      let owner = Self.readNumber(descriptor)
      close(descriptor)
      throw FileError(operation: "write to", path: folder, reason: .inUse(process: owner))
    }
    // Some file systems have no locks; a run need not fail there.
    self.descriptor = descriptor
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  deinit { close(descriptor) }

  private static func readNumber(_ descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
  }
}
