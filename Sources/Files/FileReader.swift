/// A file open for reading, so that a large one need not be in memory twice.
///
/// A regular file is read at any place. A pipe, a FIFO or a device gives its bytes once, one after the
/// other: what was taken is kept, so that the first bytes can be looked at before the rest.
package final class FileReader {
  /// The most bytes that are taken from a pipe or a device: 2 GiB.
  package static let streamLimit = 1 << 31
  /// How long a FIFO may be without a writer.
  package static let writerPatience = 30

  /// The path as it was given.
  package let path: String
  private let descriptor: Int32
  /// The size of a regular file; `nil` where it only shows at the end.
  private let size: Int?
  private let isFIFO: Bool
  /// What a stream gave so far.
  private var taken: [UInt8] = []
  private var isAtEnd = false

  /// Opens a file.
  ///
  /// - Throws: `FileError` if it is not there, is a folder or may not be read.
  package init(_ path: String) throws(FileError) {
    // Without waiting: opening a FIFO would hang until somebody writes to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw FileError(operation: "read", path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError(operation: "read", path: path, code: code)
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      close(descriptor)
      throw FileError(operation: "read", path: path, reason: .isFolder)
    }
    self.path = path
    self.descriptor = descriptor
    // Linux makes some files while they are read, and says that they are empty.
    size = kind == S_IFREG && status.st_size > 0 ? Int(status.st_size) : nil
    isFIFO = kind == S_IFIFO
  }

  deinit { close(descriptor) }

  /// Whether the file lies on a disk and can be read at any place.
  package var isRegular: Bool { size != nil }

  /// The bytes of the file, when it was opened; those of a stream are all taken first.
  ///
  /// - Throws: `FileError`.
  package var byteCount: Int {
    get throws(FileError) {
      if let size { return size }
      try take(.max, limit: Self.streamLimit)
      return taken.count
    }
  }

  /// Up to `count` bytes from `offset`: fewer only where the file ends before.
  ///
  /// - Throws: `FileError`.
  package func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
    if size == nil {
      try take(offset.addingReportingOverflow(count).partialValue, limit: Self.streamLimit)
      return Array(taken.dropFirst(offset).prefix(count))
    }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      code = read(into: UnsafeMutableRawBufferPointer(buffer), at: offset, &filled)
    }
    if code != 0 { throw FileError(operation: "read", path: path, code: code) }
    return bytes
  }

  /// All bytes.
  ///
  /// - Parameter limit: more are refused, before any memory is taken where the size is known.
  /// - Throws: `FileError`.
  package func readAll(limit: Int = .max) throws(FileError) -> [UInt8] {
    guard let size else {
      try take(.max, limit: min(limit, Self.streamLimit))
      return taken
    }
    if size > limit { throw tooLarge(size, limit) }
    return try read(size, at: 0)
  }

  /// All bytes, to be looked at in place.
  ///
  /// A regular file is mapped: what nobody looks at is never read, and what was read the system may
  /// drop again. A file that is cut short while it is mapped ends the program (SIGBUS) when it looks
  /// at what is gone; replacing a file by renaming, as ``AtomicFile`` does, is no danger. A copy has
  /// nothing to do with the file any more.
  ///
  /// - Parameter copying: whether the bytes are read into memory at once.
  /// - Throws: `FileError`.
  package func contents(copying: Bool = false) throws(FileError) -> SharedBytes {
    guard let size else { return SharedBytes(try readAll()) }
    if !copying, let mapped = MappedMemory(descriptor, byteCount: size) {
      return SharedBytes(mapped.bytes, owner: mapped)
    }
    let memory = OwnMemory(byteCount: size)
    var filled = 0
    let code = read(into: memory.bytes, at: 0, &filled)
    if code != 0 { throw FileError(operation: "read", path: path, code: code) }
    return SharedBytes(UnsafeRawBufferPointer(memory.bytes), owner: memory)[0..<filled]
  }

  /// Fills memory from a regular file; returns 0 or the system's error number.
  private func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ filled: inout Int
  ) -> Int32 {
    while filled < buffer.count {
      // One call may carry no more than 2 GiB on either platform.
      let piece = min(buffer.count - filled, 1 << 30)
      let got = pread(descriptor, buffer.baseAddress! + filled, piece, off_t(offset + filled))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return errno }
      if got == 0 { return 0 }
      filled += got
    }
    return 0
  }

  private func tooLarge(_ found: Int, _ limit: Int) -> FileError {
    FileError(operation: "read", path: path, reason: .tooLarge(found: found, limit: limit))
  }

  // MARK: Streams

  /// Takes bytes until there are `count`, or all.
  private func take(_ count: Int, limit: Int) throws(FileError) {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while !isAtEnd && taken.count < count {
      let got = part.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress!, $0.count) }
      if got > 0 {
        taken += part[..<got]
        if taken.count > limit { throw tooLarge(taken.count, limit) }
      } else if got == 0 {
        // A FIFO that nobody has opened for writing yet seems to be at its end.
        if isFIFO && taken.isEmpty {
          isAtEnd = try !awaitBytes(from: .anyWriter)
        } else {
          isAtEnd = true
        }
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        _ = try awaitBytes(from: .thisWriter)
      } else {
        throw FileError(operation: "read", path: path, code: errno)
      }
    }
  }

  private enum Source { case anyWriter, thisWriter }

  /// Waits until there is something to read.
  ///
  /// A signal that the program handles ends it: the handler may have noted the wish to stop.
  ///
  /// - Returns: `false` where the last writer has gone.
  private func awaitBytes(from source: Source) throws(FileError) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let patience = source == .anyWriter ? Int32(1000 * Self.writerPatience) : -1
    let count = poll(&request, 1, patience)
    if count < 0 { throw FileError(operation: "read", path: path, code: errno) }
    if count == 0 {
      throw FileError(
        operation: "read", path: path,
        reason: .system(
          code: ETIMEDOUT, text: "no program wrote to it for \(Self.writerPatience) seconds"))
    }
    return request.revents & Int16(POLLIN) != 0
  }
}

/// C's `read`, whose name the methods of a file hide.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  read(descriptor, bytes, count)
}

/// A file in the address space.
final class MappedMemory: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// Maps a file; `nil` where its file system cannot.
  init?(_ descriptor: Int32, byteCount: Int) {
    let start = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { return nil }
    bytes = UnsafeRawBufferPointer(start: start, count: byteCount)
  }

  /// Lets go of the pages that were looked at: they come back from the file when they are wanted again.
  func releasePages() {
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count, MADV_DONTNEED)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}

/// Memory for a copy of a file, its start aligned for numbers of any type.
private final class OwnMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 64) }

  deinit { bytes.deallocate() }
}
