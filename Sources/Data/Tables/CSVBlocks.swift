import BackpropFiles

/// A file of lines in blocks of some megabytes, each of whole lines: what several threads read at once.
/// Where a block ends follows from the file alone.
struct CSVBlocks {
  /// The bytes of a block, unless a line is longer.
  static let usualSize = 4 << 20
  /// The longest line.
  static let longestLine = 1 << 28

  private let reader: FileReader
  private let separator: UInt8
  private let size: Int
  private var offset: Int

  /// Begins where the first line that is wanted begins.
  init(_ reader: FileReader, separator: UInt8, from offset: Int, size: Int = usualSize) {
    self.reader = reader
    self.separator = separator
    self.offset = offset
    self.size = size
  }

  /// The next lines, with an end of line after the last; `nil` after the last block.
  ///
  /// - Throws: `FileError`; `CSVFault` for a line that is too long.
  mutating func next() throws -> [UInt8]? {
    var wanted = size
    let byteCount = try reader.byteCount
    while offset < byteCount {
      var bytes = try reader.read(wanted, at: offset)
      if bytes.isEmpty { return nil }
      let isLast = bytes.count < wanted || offset + bytes.count >= byteCount
      if isLast {
        offset += bytes.count
        if bytes.last != CSVScanner.lineFeed { bytes.append(CSVScanner.lineFeed) }
        return bytes
      }
      if let end = Self.endOfLines(bytes, separator) {
        offset += end
        bytes.removeLast(bytes.count - end)
        return bytes
      }
      if wanted >= Self.longestLine { throw CSVFault(reason: .unfinishedQuote, line: 0) }
      wanted *= 4
    }
    return nil
  }

  /// Where the last whole line ends; `nil` where none does. The bytes begin with a line, and other
  /// bytes follow.
  static func endOfLines(_ bytes: [UInt8], _ separator: UInt8) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      let start = UnsafeRawPointer(bytes.baseAddress!)
      if memchr(start, Int32(CSVScanner.quote), bytes.count) == nil {
        var end = bytes.count
        while end > 0 && bytes[end - 1] != CSVScanner.lineFeed { end -= 1 }
        if end > 0 { return end }
      }
      // As `CSVScanner` sees it: a quotation mark counts where a field begins, and within such a field.
      var end: Int?
      var isQuoted = false
      // Where a quotation mark opens a field: at its start, and right after one that closed it, which
      // together are one of its letters.
      var opens = true
      for index in bytes.indices {
        let byte = bytes[index]
        switch byte {
        case CSVScanner.quote where isQuoted: (isQuoted, opens) = (false, true)
        case CSVScanner.quote where opens: (isQuoted, opens) = (true, false)
        case _ where isQuoted: break
        case CSVScanner.lineFeed: (end, opens) = (index + 1, true)
        case CSVScanner.carriageReturn:
          // Whether a line feed follows decides what comes next.
          if index + 1 < bytes.count && bytes[index + 1] != CSVScanner.lineFeed { end = index + 1 }
          opens = true
        default: opens = byte == separator
        }
      }
      return end
    }
  }
}
