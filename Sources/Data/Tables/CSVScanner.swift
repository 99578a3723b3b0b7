import BackpropFiles

/// Walks through the fields of lines that are in memory, whole lines with an end of line after each.
///
/// Lines end with a line feed, a carriage return or both. A field that begins with a quotation mark ends
/// with one, and holds what is between: separators, ends of lines, and quotation marks, each written
/// twice (RFC 4180). Elsewhere a quotation mark is a letter like any other.
struct CSVScanner: ~Copyable {
  /// One field.
  struct Field {
    /// What it holds, without quotation marks and, unless it has some, without spaces around it.
    let text: UnsafeBufferPointer<UInt8>
    /// Whether the line ends with it.
    let isLast: Bool
  }

  let bytes: UnsafePointer<UInt8>
  let count: Int
  let separator: UInt8
  /// Where the next field begins.
  var position = 0
  /// The line that it is in, from 0.
  var line = 0
  /// For fields with quotation marks in them.
  private let scratch: UnsafeMutablePointer<UInt8>

  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Begins with lines, the last of which has its end too.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) {
    self.bytes = bytes.baseAddress!
    count = bytes.count
    self.separator = separator
    scratch = .allocate(capacity: bytes.count)
  }

  deinit { scratch.deallocate() }

  /// Goes past empty lines; whether there is a line then.
  @inline(__always)
  mutating func beginLine() -> Bool {
    while position < count && isLineEnd(bytes[position]) { endLine() }
    return position < count
  }

  @inline(__always)
  func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

  /// Goes past the end of a line, which is here.
  @inline(__always)
  mutating func endLine() {
    if bytes[position] == Self.carriageReturn && position &+ 1 < count
      && bytes[position &+ 1] == Self.lineFeed
    {
      position &+= 1
    }
    position &+= 1
    line &+= 1
  }

  /// Goes past the end of a field, which is here; whether the line ends too.
  @inline(__always)
  mutating func endField() -> Bool {
    if bytes[position] == separator {
      position &+= 1
      return false
    }
    endLine()
    return true
  }

  /// The next field.
  @inline(__always)
  mutating func field() throws(CSVFault) -> Field {
    if bytes[position] == Self.quote { return try quotedField() }
    let start = position
    while bytes[position] != separator && !isLineEnd(bytes[position]) { position &+= 1 }
    var (first, last) = (start, position)
    while first < last && bytes[first] == 32 { first &+= 1 }
    while first < last && bytes[last &- 1] == 32 { last &-= 1 }
    let text = UnsafeBufferPointer(start: bytes + first, count: last - first)
    return Field(text: text, isLast: endField())
  }

  private mutating func quotedField() throws(CSVFault) -> Field {
    let firstLine = line
    position += 1
    var filled = 0
    while true {
      if position >= count { throw CSVFault(reason: .unfinishedQuote, line: firstLine) }
      let byte = bytes[position]
      if byte == Self.quote {
        if position + 1 < count && bytes[position + 1] == Self.quote {
          position += 1
        } else {
          break
        }
      }
      if byte == Self.lineFeed
        || byte == Self.carriageReturn
          && (position + 1 >= count || bytes[position + 1] != Self.lineFeed)
      {
        line += 1
      }
      scratch[filled] = byte
      filled += 1
      position += 1
    }
    position += 1
    if position >= count { throw CSVFault(reason: .unfinishedQuote, line: firstLine) }
    while bytes[position] == 32 && separator != 32 { position += 1 }
    if bytes[position] != separator && !isLineEnd(bytes[position]) {
      var end = position
      while end < count && end < position + 20 && bytes[end] != separator && !isLineEnd(bytes[end])
      {
        end += 1
      }
      let found = String(
        decoding: UnsafeBufferPointer(start: bytes + position, count: end - position),
        as: UTF8.self)
      throw CSVFault(reason: .afterQuote(found: found), line: line)
    }
    return Field(
      text: UnsafeBufferPointer(start: UnsafePointer(scratch), count: filled), isLast: endField())
  }
}
