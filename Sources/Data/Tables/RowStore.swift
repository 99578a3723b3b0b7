import BackpropFiles

/// The cells of a table, row by row, 32 bits each: in memory, or in a temporary file once they are more
/// than may be kept there.
///
/// It is filled from one thread and then read by any.
final class RowStore: @unchecked Sendable {
  let columnCount: Int
  private(set) var rowCount = 0
  private let memoryLimit: Int
  private let folder: String?
  /// Chunks of `chunkRows` rows each, the last one partly filled.
  private var chunks: [UnsafeMutablePointer<UInt32>] = []
  private var file: TemporaryFile?

  private static let chunkRows = 1 << 14

  init(columnCount: Int, memoryLimit: Int, temporaryFolder: String?) {
    self.columnCount = columnCount
    self.memoryLimit = memoryLimit
    folder = temporaryFolder
  }

  deinit { freeChunks() }

  private func freeChunks() {
    for chunk in chunks { chunk.deallocate() }
    chunks = []
  }

  /// The bytes of a row.
  var rowBytes: Int { 4 * columnCount }
  /// Whether all rows are in memory.
  var isInMemory: Bool { file == nil }

  /// Adds rows.
  ///
  /// - Throws: `FileError` where the temporary file cannot be written.
  func append(_ cells: [UInt32], rows: Int) throws {
    if file == nil && (rowCount + rows) * rowBytes > memoryLimit { try moveToFile() }
    try cells.withUnsafeBytes { cells in
      if let file {
        try file.append(cells)
      } else {
        appendToChunks(cells, rows)
      }
    }
    rowCount += rows
  }

  private func appendToChunks(_ cells: UnsafeRawBufferPointer, _ rows: Int) {
    var done = 0
    while done < rows {
      let row = rowCount + done
      let (chunk, place) = (row / Self.chunkRows, row % Self.chunkRows)
      if chunk == chunks.count {
        chunks.append(.allocate(capacity: max(1, Self.chunkRows * columnCount)))
      }
      let some = min(rows - done, Self.chunkRows - place)
      UnsafeMutableRawPointer(chunks[chunk] + place * columnCount).copyMemory(
        from: cells.baseAddress! + done * rowBytes, byteCount: some * rowBytes)
      done += some
    }
  }

  private func moveToFile() throws {
    let file = try TemporaryFile(in: folder)
    var left = rowCount
    for chunk in chunks {
      let some = min(left, Self.chunkRows)
      try file.append(UnsafeRawBufferPointer(start: chunk, count: some * rowBytes))
      left -= some
    }
    freeChunks()
    self.file = file
  }

  /// The cells of a row that is in memory.
  @inline(__always)
  func cells(ofRow row: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(chunks[row / Self.chunkRows] + row % Self.chunkRows * columnCount)
  }

  /// Copies the rows of a range, wherever they are.
  ///
  /// - Throws: `FileError`.
  func read(_ range: Range<Int>, into cells: UnsafeMutablePointer<UInt32>) throws {
    if let file {
      try file.read(
        into: UnsafeMutableRawBufferPointer(start: cells, count: range.count * rowBytes),
        at: range.lowerBound * rowBytes)
      return
    }
    for (index, row) in range.enumerated() {
      (cells + index * columnCount).update(from: self.cells(ofRow: row), count: columnCount)
    }
  }

  /// Calls `body` with all rows, some at a time and in order.
  ///
  /// - Throws: `FileError`, or what `body` throws.
  func forEachPart(
    _ body: (_ rows: Range<Int>, _ cells: UnsafePointer<UInt32>) throws -> Void
  ) throws {
    let part = partRows
    let buffer = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, part * columnCount))
    defer { buffer.deallocate() }
    for start in stride(from: 0, to: rowCount, by: part) {
      let range = start..<min(start + part, rowCount)
      try read(range, into: buffer)
      try body(range, buffer)
    }
  }

  /// The rows that are read at once.
  var partRows: Int { max(1, (2 << 20) / max(1, rowBytes)) }
}

/// A file without a name, which is gone with this value, or when the process ends in whatever way.
final class TemporaryFile: @unchecked Sendable {
  private let folder: String
  private let descriptor: Int32
  private var byteCount = 0

  /// Makes a file in a folder: `$TMPDIR` or `/var/tmp` by default, which is on a disk where `/tmp` may
  /// be in memory.
  ///
  /// - Throws: `FileError`.
  init(in folder: String?) throws(FileError) {
    let variable = DatasetFolders.environmentVariable("TMPDIR") ?? ""
    self.folder = folder ?? (variable.isEmpty ? "/var/tmp" : variable)
    var template = Array((self.folder + "/backprop-table-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    if descriptor < 0 {
      let code = errno
      throw FileError(operation: "write a temporary file in", path: self.folder, code: code)
    }
    self.descriptor = descriptor
    unlink(template)
  }

  deinit { close(descriptor) }

  func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let piece = min(bytes.count - done, 1 << 30)
      let put = pwrite(descriptor, bytes.baseAddress! + done, piece, off_t(byteCount + done))
      if put < 0 {
        let code = errno
        if code == EINTR { continue }
        throw FileError(operation: "write a temporary file in", path: folder, code: code)
      }
      done += put
    }
    byteCount += bytes.count
  }

  func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let piece = min(bytes.count - done, 1 << 30)
      let got = pread(descriptor, bytes.baseAddress! + done, piece, off_t(offset + done))
      if got <= 0 {
        let code = got < 0 ? errno : EIO
        if code == EINTR { continue }
        throw FileError(operation: "read a temporary file in", path: folder, code: code)
      }
      done += got
    }
  }
}
