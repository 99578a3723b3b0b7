/// A file open for writing.
package struct FileWriter: ~Copyable {
  /// How the file is opened.
  package enum Mode {
    /// It must not be there yet.
    case new
    /// It must be there, and what it holds is kept: for devices.
    case existing
    /// What it holds is thrown away.
    case truncate
    /// What is written follows what it holds.
    case append
  }

  private let path: String
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter shownAs: the path that errors name, where it is not the one that is written to.
  /// - Throws: `FileError`.
  package init(_ path: String, mode: Mode, shownAs shownPath: String? = nil) throws(FileError) {
    let flags: Int32
    switch mode {
    case .new: flags = O_CREAT | O_EXCL
    case .existing: flags = 0
    case .truncate: flags = O_CREAT | O_TRUNC
    case .append: flags = O_CREAT | O_APPEND
    }
    self.path = shownPath ?? path
    self.descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o666)
    let code = errorNumber(descriptor)
    if code != 0 { throw FileError(operation: "write", path: self.path, code: code) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes all of the bytes.
  ///
  /// - Throws: `FileError`; `.diskFull` where there is no room.
  package borrowing func write(_ bytes: [UInt8]) throws(FileError) {
    let code = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
    if code != 0 { throw FileError(operation: "write", path: path, code: code) }
  }

  /// Writes all of the bytes.
  ///
  /// - Throws: `FileError`; `.diskFull` where there is no room.
  package borrowing func write(_ bytes: SharedBytes) throws(FileError) {
    let code = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
    if code != 0 { throw FileError(operation: "write", path: path, code: code) }
  }

  /// Waits until the bytes are on the disk.
  ///
  /// - Throws: `FileError`: a disk may notice only now that it is full.
  package borrowing func flushToDisk() throws(FileError) {
    let code = errorNumber(fsync(descriptor))
    if code != 0 { throw FileError(operation: "write", path: path, code: code) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      // One call may carry no more than 2 GiB on either platform.
      let piece = min(bytes.count - done, 1 << 30)
      let put = systemWrite(descriptor, bytes.baseAddress! + done, piece)
      if put < 0 && errno == EINTR { continue }
      if put < 0 { return errno }
      done += put
    }
    return 0
  }
}

/// C's `write`, whose name the methods of a file hide.
private func systemWrite(
  _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int
) -> Int {
  write(descriptor, bytes, count)
}
