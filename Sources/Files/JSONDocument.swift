/// A value of JSON (RFC 8259), read from bytes.
///
/// Members keep their order, and numbers their digits: a seed of 64 bits stays what it is. Read
/// besides are `NaN`, `Infinity` and `-Infinity`, which Python writes. Of members of one name the
/// last counts.
package enum JSONDocument: Sendable, Hashable {
  case null
  case bool(Bool)
  /// A number, as it is written.
  case number(String)
  case string(String)
  case array([JSONDocument])
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: JSONDocument
  }

  /// Why bytes are no JSON.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// A failure that says so.
    package init(description: String) { self.description = description }
  }

  /// The deepest nesting that is read.
  package static let maximumDepth = 64

  /// Reads a whole text; only white space may follow the value.
  ///
  /// - Throws: `Failure`.
  package init(_ bytes: some Collection<UInt8>) throws(Failure) {
    self = try JSONDocument.read(Array(bytes))
  }

  private static func read(_ bytes: [UInt8]) throws(Failure) -> JSONDocument {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    if reader.position != bytes.count { throw reader.failure("something follows the value") }
    return value
  }

  /// The member of this name.
  package subscript(name: String) -> JSONDocument? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The number, if it is one; `"nan"`, `"inf"` and `"-inf"` are taken for what they say.
  package var double: Double? {
    switch self {
    case .number(let text): Double(text)
    case .string(let text):
      switch text.lowercased() {
      case "nan": .nan
      case "inf", "+inf", "infinity": .infinity
      case "-inf", "-infinity": -.infinity
      default: nil
      }
    default: nil
    }
  }

  /// The whole number, if it is one.
  package var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// The text, if it is one.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

extension JSONDocument: CustomStringConvertible {
  /// The value as JSON, on one line.
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    // JSON has no infinity and no NaN.
    case .number(let text): Double(text)?.isFinite == true ? text : "null"
    case .string(let text): jsonQuoted(text)
    case .array(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { jsonQuoted($0.name) + ":" + $0.value.description }.joined(separator: ",")
        + "}"
    }
  }
}

private struct JSONReader {
  let bytes: [UInt8]
  var position = 0

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func failure(_ what: String) -> JSONDocument.Failure {
    JSONDocument.Failure(description: "\(what) at byte \(position)")
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

  mutating func value(depth: Int) throws(JSONDocument.Failure) -> JSONDocument {
    if depth > JSONDocument.maximumDepth {
      throw failure("nesting deeper than \(JSONDocument.maximumDepth)")
    }
    skipSpace()
    guard let next else { throw failure("the text ends where a value was expected") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t") where take(word: "true"): return .bool(true)
    case UInt8(ascii: "f") where take(word: "false"): return .bool(false)
    case UInt8(ascii: "n") where take(word: "null"): return .null
    case UInt8(ascii: "N") where take(word: "NaN"): return .number("nan")
    case UInt8(ascii: "I") where take(word: "Infinity"): return .number("inf")
    case UInt8(ascii: "-") where take(word: "-Infinity"): return .number("-inf")
    case UInt8(ascii: "-"), 48...57: return try number()
    default: throw failure("no value")
    }
  }

  private mutating func object(depth: Int) throws(JSONDocument.Failure) -> JSONDocument {
    var members: [JSONDocument.Member] = []
    position += 1
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a name was expected") }
      let name = try string()
      guard take(":") else { throw failure("':' was expected") }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw failure("',' or '}' was expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONDocument.Failure) -> JSONDocument {
    var values: [JSONDocument] = []
    position += 1
    if take("]") { return .array([]) }
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw failure("',' or ']' was expected") }
    return .array(values)
  }

  private mutating func number() throws(JSONDocument.Failure) -> JSONDocument {
    let start = position
    while let next, (48...57).contains(next) || "+-.eE".utf8.contains(next) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // Swift reads what JSON allows, and little more.
    guard Double(text) != nil, text.first != "+", text.last != "." else {
      throw failure("a bad number")
    }
    return .number(text)
  }

  private mutating func string() throws(JSONDocument.Failure) -> String {
    position += 1
    let start = position
    // Most texts have no escapes, and are taken as they lie.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 {
      position += 1
    }
    var text = bytes[start..<position]
    while true {
      guard let byte = next else { throw failure("the text ends inside quotation marks") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw failure("bytes that are not UTF-8 before")
        }
        return result
      case 0..<32: throw failure("a control character inside quotation marks")
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(JSONDocument.Failure) -> Unicode.Scalar {
    guard let byte = next else { throw failure("the text ends inside quotation marks") }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      // Two surrogates make one character above U+FFFF.
      if (0xD800...0xDBFF).contains(code), take(word: "\\u") {
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else { throw failure("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
      return scalar
    default: throw failure("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(JSONDocument.Failure) -> UInt32 {
    guard position + 4 <= bytes.count,
      let value = UInt32(
        String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
      bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
    else { throw failure("four hexadecimal digits were expected") }
    position += 4
    return value
  }
}
