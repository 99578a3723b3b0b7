/// Takes a text of JSON (RFC 8259) apart, from its beginning to its end: signs, words and texts in
/// quotation marks. What values these make is the caller's matter.
package struct JSONScanner {
  /// The whole text.
  package let bytes: [UInt8]
  /// Which of its bytes comes next.
  package var position = 0

  /// Begins with a text.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte; `nil` at the end.
  package var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// What is wrong, and that it is here.
  package func failure(_ what: String) -> JSONDocument.Failure {
    JSONDocument.Failure(description: "\(what) at byte \(position)")
  }

  /// Passes over white space.
  package mutating func skipSpace() {
    while let next, next == 32 || next == 10 || next == 13 || next == 9 { position += 1 }
  }

  /// Whether this character follows, after white space.
  package mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return next == UInt8(ascii: character)
  }

  /// Takes this character if it follows, after white space.
  package mutating func take(_ character: Unicode.Scalar) -> Bool {
    let isThere = isNext(character)
    if isThere { position += 1 }
    return isThere
  }

  /// Takes this word if it follows at once.
  package mutating func take(word: StaticString) -> Bool {
    let matches = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    if matches { position += word.utf8CodeUnitCount }
    return matches
  }

  /// Takes a number, which must follow at once, and tells whether it is written as a whole one: without
  /// a point and an exponent.
  ///
  /// - Throws: `JSONDocument.Failure` for one that JSON does not know, such as `01`, `1.` or `.5`.
  package mutating func number() throws(JSONDocument.Failure) -> Bool {
    _ = take(word: "-")
    // A zero in front stands alone.
    if !take(word: "0") {
      try digits()
    } else if let next, (48...57).contains(next) {
      throw failure("a bad number: it begins with 0")
    }
    var isWhole = true
    if take(word: ".") {
      isWhole = false
      try digits()
    }
    if take(word: "e") || take(word: "E") {
      isWhole = false
      if !take(word: "+") { _ = take(word: "-") }
      try digits()
    }
    return isWhole
  }

  /// Takes digits, of which there must be one.
  private mutating func digits() throws(JSONDocument.Failure) {
    let start = position
    while let next, (48...57).contains(next) { position += 1 }
    if position == start { throw failure("a bad number: a digit was expected") }
  }

  /// Takes a text in quotation marks, the first of which follows at once.
  ///
  /// - Throws: `JSONDocument.Failure`.
  package mutating func string() throws(JSONDocument.Failure) -> String {
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
      case 0..<32:
        position -= 1
        throw failure("a control character inside quotation marks")
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
