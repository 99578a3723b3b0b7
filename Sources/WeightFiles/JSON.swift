/// As much of JSON (RFC 8259) as the header of a safetensors file needs.
///
/// Unlike a general decoder it keeps the order of members, refuses a name that is given twice, tells
/// whole numbers from others, and bounds the depth.
enum JSON {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number with a fraction, an exponent, or too many digits for an `Int`.
  case number(String)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  static let maximumDepth = 16
  /// A list here is a shape or a pair of offsets; a longer one is made to exhaust memory.
  static let maximumListCount = 1024

  /// Parses a whole text; only white space may follow the value.
  static func parse(_ bytes: [UInt8]) throws(WeightFileError) -> JSON {
    var parser = JSONParser(bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if !parser.isAtEnd { throw parser.error("something follows the value") }
    return value
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ what: String) -> WeightFileError {
    WeightFileError(.invalid("the header is not valid JSON: \(what) at byte \(position)"))
  }

  mutating func skipSpace() {
    while let next, next == 32 || next == 10 || next == 13 || next == 9 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    if next != UInt8(ascii: character) { return false }
    position += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    if matches { position += word.utf8CodeUnitCount }
    return matches
  }

  mutating func value(depth: Int) throws(WeightFileError) -> JSON {
    if depth > JSON.maximumDepth { throw error("nesting deeper than \(JSON.maximumDepth)") }
    skipSpace()
    guard let next else { throw error("the text ends where a value was expected") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 48...57: return try number()
    default:
      if take(word: "true") { return .bool(true) }
      if take(word: "false") { return .bool(false) }
      if take(word: "null") { return .null }
      throw error("no value")
    }
  }

  private mutating func object(depth: Int) throws(WeightFileError) -> JSON {
    var members: [(key: String, value: JSON)] = []
    // Keys are compared by their code units: Swift takes some different texts for equal.
    var keys: Set<[UInt8]> = []
    _ = take("{")
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a name was expected") }
      let key = try string()
      if !keys.insert(Array(key.utf8)).inserted {
        throw WeightFileError(.invalid("the header has the name '\(key)' twice"))
      }
      guard take(":") else { throw error("':' was expected") }
      members.append((key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("',' or '}' was expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(WeightFileError) -> JSON {
    var values: [JSON] = []
    _ = take("[")
    if take("]") { return .array([]) }
    repeat {
      if values.count == JSON.maximumListCount {
        throw error("a list of more than \(JSON.maximumListCount) values")
      }
      values.append(try value(depth: depth + 1))
    } while take(",")
    guard take("]") else { throw error("',' or ']' was expected") }
    return .array(values)
  }

  private mutating func digits() -> Int {
    let start = position
    while let next, (48...57).contains(next) { position += 1 }
    return position - start
  }

  private mutating func number() throws(WeightFileError) -> JSON {
    let start = position
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
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let integer = Int(text) { return .integer(integer) }
    return .number(text)
  }

  private mutating func string() throws(WeightFileError) -> String {
    position += 1
    var text: [UInt8] = []
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
      case UInt8(ascii: "\\"):
        text += Array(String(try escape()).utf8)
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
