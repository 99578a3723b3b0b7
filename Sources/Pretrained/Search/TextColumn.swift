import BackpropFiles

/// Texts by position: in memory one after the other, or where they lie in a mapped file.
struct TextColumn: Sendable {
  private let bytes: SharedBytes
  private let ends: SharedBytes
  // What was added, which follows what lies in a file.
  private var added: [String] = []
  private let fileCount: Int

  /// None yet.
  init() { (bytes, ends, fileCount) = (SharedBytes([]), SharedBytes([]), 0) }

  /// Those of a file.
  ///
  /// - Parameters:
  ///   - bytes: the texts, UTF-8.
  ///   - ends: a UInt64 for each: where it ends.
  /// - Throws: `VectorIndexError` if the ends go back, or not to the end.
  init(_ bytes: SharedBytes, ends: SharedBytes) throws(VectorIndexError) {
    (self.bytes, self.ends) = (bytes, ends)
    fileCount = ends.count / 8
    let isOrdered = ends.withUnsafeBytes { ends in
      var last: UInt64 = 0
      for position in 0..<ends.count / 8 {
        let end = Self.end(position, in: ends)
        if end < last { return false }
        last = end
      }
      return last == bytes.count
    }
    if !isOrdered { throw VectorIndexError(.invalid("the places of the texts are out of order")) }
  }

  var count: Int { fileCount + added.count }

  mutating func append(_ texts: [String]) { added += texts }

  /// The text at a position. What is no UTF-8 becomes replacement characters.
  subscript(position: Int) -> String {
    if position >= fileCount { return added[position - fileCount] }
    let (start, end) = (position == 0 ? 0 : end(position - 1), end(position))
    return bytes[start..<end].withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func end(_ position: Int) -> Int {
    ends.withUnsafeBytes { Int(Self.end(position, in: $0)) }
  }

  private static func end(_ position: Int, in ends: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(littleEndian: ends.loadUnaligned(fromByteOffset: 8 * position, as: UInt64.self))
  }

  /// The bytes of all texts.
  var byteCount: Int { added.reduce(bytes.count) { $0 + $1.utf8.count } }

  /// Writes where each text ends, and then the texts.
  func write(to file: borrowing FileWriter) throws(FileError) {
    try file.write(ends)
    var end = bytes.count
    var part: [UInt8] = []
    for text in added {
      end += text.utf8.count
      part.append(littleEndian: UInt64(end))
      try Self.flush(&part, to: file)
    }
    try file.write(part)
    try file.write(bytes)
    part = []
    for text in added {
      part += text.utf8
      try Self.flush(&part, to: file)
    }
    try file.write(part)
  }

  /// Writes a part that has grown large.
  private static func flush(
    _ part: inout [UInt8], to file: borrowing FileWriter
  ) throws(FileError) {
    if part.count < 1 << 20 { return }
    try file.write(part)
    part.removeAll(keepingCapacity: true)
  }
}
