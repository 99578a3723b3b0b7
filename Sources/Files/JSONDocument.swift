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

    /// A member of this name.
    package init(name: String, value: JSONDocument) { (self.name, self.value) = (name, value) }
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
    var scanner = JSONScanner(bytes)
    let value = try scanner.value(depth: 0)
    scanner.skipSpace()
    if scanner.position != bytes.count { throw scanner.failure("something follows the value") }
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

// The values that a text of JSON is made of, one in another.
extension JSONScanner {
  fileprivate mutating func value(depth: Int) throws(JSONDocument.Failure) -> JSONDocument {
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
    case UInt8(ascii: "-"), 48...57: return try numberText()
    default: throw failure("no value")
    }
  }

  private mutating func object(depth: Int) throws(JSONDocument.Failure) -> JSONDocument {
    var members: [JSONDocument.Member] = []
    position += 1
    if take("}") { return .object([]) }
    repeat {
      guard isNext("\"") else { throw failure("a name was expected") }
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

  private mutating func numberText() throws(JSONDocument.Failure) -> JSONDocument {
    let start = position
    _ = try number()
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }
}
