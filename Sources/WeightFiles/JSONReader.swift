import BackpropFiles

/// Reads JSON (RFC 8259) from its beginning to its end, for the header of a safetensors file.
///
/// Unlike `JSONDocument`, which makes a tree of all values, it takes no memory for what nobody wants,
/// leaves every member to the caller, who sees those that are given twice, and tells whole numbers from
/// others.
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

  private var scanner: JSONScanner

  init(_ bytes: [UInt8]) { scanner = JSONScanner(bytes) }

  private func error(_ what: String) -> WeightFileError { Self.invalid(scanner.failure(what)) }

  private static func invalid(_ failure: JSONDocument.Failure) -> WeightFileError {
    WeightFileError(.invalid("the header is not valid JSON: \(failure)"))
  }

  /// Whether a value of this first character follows: `{`, `[` or `"`.
  mutating func isNext(_ character: Unicode.Scalar) -> Bool { scanner.isNext(character) }

  /// Takes a whole object; `member` takes the value of each name.
  mutating func object(
    _ member: (inout JSONReader, String) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    guard scanner.take("{") else { throw error("'{' was expected") }
    if scanner.take("}") { return }
    repeat {
      guard isNext("\"") else { throw error("a name was expected") }
      let name = try string()
      guard scanner.take(":") else { throw error("':' was expected") }
      try member(&self, name)
    } while scanner.take(",")
    guard scanner.take("}") else { throw error("',' or '}' was expected") }
  }

  /// Takes a whole list; `element` takes each value.
  mutating func list(
    _ element: (inout JSONReader) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    guard scanner.take("[") else { throw error("'[' was expected") }
    if scanner.take("]") { return }
    repeat { try element(&self) } while scanner.take(",")
    guard scanner.take("]") else { throw error("',' or ']' was expected") }
  }

  /// Takes `null`, if it follows.
  mutating func takeNull() -> Bool {
    scanner.skipSpace()
    return scanner.take(word: "null")
  }

  /// Takes a number; `nil` if it is not whole or has too many digits for an `Int`.
  mutating func integer() throws(WeightFileError) -> Int? {
    scanner.skipSpace()
    let start = scanner.position
    guard try number() else { return nil }
    return Int(String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self))
  }

  /// Takes any value and forgets it.
  mutating func skip() throws(WeightFileError) { try skip(depth: 1) }

  private mutating func skip(depth: Int) throws(WeightFileError) {
    if depth > Self.maximumDepth { throw error("nesting deeper than \(Self.maximumDepth)") }
    scanner.skipSpace()
    guard let next = scanner.next else { throw error("the text ends where a value was expected") }
    switch next {
    case UInt8(ascii: "{"):
      try object { json, _ throws(WeightFileError) in try json.skip(depth: depth + 1) }
    case UInt8(ascii: "["):
      try list { json throws(WeightFileError) in try json.skip(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "-"), 48...57: _ = try number()
    default:
      guard
        scanner.take(word: "true") || scanner.take(word: "false") || scanner.take(word: "null")
      else { throw error("no value") }
    }
  }

  /// Only white space may follow.
  mutating func requireEnd() throws(WeightFileError) {
    scanner.skipSpace()
    if scanner.position != scanner.bytes.count { throw error("something follows the value") }
  }

  /// Takes a number and tells whether it is whole.
  private mutating func number() throws(WeightFileError) -> Bool {
    do throws(JSONDocument.Failure) {
      return try scanner.number()
    } catch {
      throw Self.invalid(error)
    }
  }

  /// Takes a text, which must follow.
  mutating func string() throws(WeightFileError) -> String {
    guard isNext("\"") else { throw error("a text was expected") }
    do throws(JSONDocument.Failure) {
      return try scanner.string()
    } catch {
      throw Self.invalid(error)
    }
  }
}
