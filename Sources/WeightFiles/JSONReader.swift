/// Reads JSON (RFC 8259) from its beginning to its end, for the header of a safetensors file.
///
/// Unlike a decoder that makes a tree of all values, it takes no memory for what nobody wants, leaves
/// every member to the caller, who sees those that are given twice, tells whole numbers from others,
/// and bounds the depth.
///
/// ```swift
/// var json = JSONReader(bytes)
/// try json.object { json, name throws(WeightFileError) in
///   if name == "size" { size = try json.integer() } else { try json.skip() }
/// }
/// try json.requireEnd()
/// ```
struct JSONReader {
  /// How deep values may lie inside one another: as deep as for the reference implementation.
  static let maximumDepth = 128

  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ what: String) -> WeightFileError {
    WeightFileError(.invalid("the header is not valid JSON: \(what) at byte \(position)"))
  }

  /// Whether a value of this first character follows: `{`, `[` or `"`.
  mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return next == UInt8(ascii: character)
  }

  /// Takes a whole object; `member` takes the value of each name.
  mutating func object(
    _ member: (inout JSONReader, String) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    guard take("{") else { throw error("'{' was expected") }
    if take("}") { return }
    repeat {
      guard isNext("\"") else { throw error("a name was expected") }
      let name = try string()
      guard take(":") else { throw error("':' was expected") }
      try member(&self, name)
    } while take(",")
    guard take("}") else { throw error("',' or '}' was expected") }
  }

  /// Takes a whole list; `element` takes each value.
  mutating func list(
    _ element: (inout JSONReader) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    guard take("[") else { throw error("'[' was expected") }
    if take("]") { return }
    repeat { try element(&self) } while take(",")
    guard take("]") else { throw error("',' or ']' was expected") }
  }

  /// Takes `null`, if it follows.
  mutating func takeNull() -> Bool {
    skipSpace()
    return take(word: "null")
  }

  /// Takes a number; `nil` if it is not whole or has too many digits for an `Int`.
  mutating func integer() throws(WeightFileError) -> Int? {
    skipSpace()
    let start = position
    guard try number() else { return nil }
    return Int(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// Takes any value and forgets it.
  mutating func skip() throws(WeightFileError) { try skip(depth: 1) }

  private mutating func skip(depth: Int) throws(WeightFileError) {
    if depth > Self.maximumDepth { throw error("nesting deeper than \(Self.maximumDepth)") }
    skipSpace()
    guard let next else { throw error("the text ends where a value was expected") }
    switch next {
    case UInt8(ascii: "{"):
      try object { json, _ throws(WeightFileError) in try json.skip(depth: depth + 1) }
    case UInt8(ascii: "["):
      try list { json throws(WeightFileError) in try json.skip(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "-"), 48...57: _ = try number()
    default:
      if !take(word: "true") && !take(word: "false") && !take(word: "null") {
        throw error("no value")
      }
    }
  }

  /// Only white space may follow.
  mutating func requireEnd() throws(WeightFileError) {
    skipSpace()
    if position != bytes.count { throw error("something follows the value") }
  }

  private mutating func skipSpace() {
    while let next, next == 32 || next == 10 || next == 13 || next == 9 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    let isThere = isNext(character)
    if isThere { position += 1 }
    return isThere
  }

  private mutating func take(word: StaticString) -> Bool {
    let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    if matches { position += word.utf8CodeUnitCount }
    return matches
  }

  private mutating func digits() -> Int {
    let start = position
    while let next, (48...57).contains(next) { position += 1 }
    return position - start
  }

  /// Takes a number and tells whether it is whole.
  private mutating func number() throws(WeightFileError) -> Bool {
    if next == UInt8(ascii: "-") { position += 1 }
    let first = next
    let count = digits()
    if count == 0 || (count > 1 && first == UInt8(ascii: "0")) { throw error("a bad number") }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      if digits() == 0 { throw error("a bad number") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      if digits() == 0 { throw error("a bad number") }
    }
    return isWhole
  }

  /// Takes a text, which must follow.
  mutating func string() throws(WeightFileError) -> String {
    guard take("\"") else { throw error("a text was expected") }
    let start = position
    // Nearly all have no escapes.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 {
      position += 1
    }
    var text = bytes[start..<position]
    while true {
      guard let byte = next else { throw error("the text ends inside quotation marks") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw error("bytes that are not UTF-8 before")
        }
        return result
      case 0..<32:
        position -= 1
        throw error("a control character inside quotation marks")
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(WeightFileError) -> Unicode.Scalar {
    guard let byte = next else { throw error("the text ends inside quotation marks") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      // Two surrogates make one character above U+FFFF.
      if (0xd800...0xdbff).contains(code), take(word: "\\u") {
        let low = try hexadecimal()
        guard (0xdc00...0xdfff).contains(low) else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      return scalar
    default: throw error("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(WeightFileError) -> UInt32 {
    guard position + 4 <= bytes.count,
      bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(
        String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits were expected") }
    position += 4
    return value
  }
}
