/// A file open for reading at any place, so that a large one need not be in memory twice.
package final class FileReader {
  /// The path as it was given.
  package let path: String
  /// The size when the file was opened.
  package let byteCount: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: `FileError` if it is not there, is a folder or may not be read.
  package init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(operation: "read", path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(operation: "read", path: path, code: code)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw FileError(operation: "read", path: path, reason: .isFolder)
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `offset`: fewer only where the file ends before.
  ///
  /// - Throws: `FileError`.
  package func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // One call may carry no more than 2 GiB on either platform.
        let piece = min(count - filled, 1 << 30)
        let got = pread(
          descriptor, buffer.baseAddress! + filled, piece, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { return }
        filled += got
      }
    }
    if code != 0 { throw FileError(operation: "read", path: path, code: code) }
    return bytes
  }
}
