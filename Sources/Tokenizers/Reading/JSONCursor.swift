import BackpropFiles

/// Walks over a text of JSON that may be large: values that nobody wants as a tree are passed over,
/// or taken as they lie.
///
/// A vocabulary has hundreds of thousands of texts and numbers. `JSONDocument` would make a value of
/// each, and `JSONScanner` a `String`; here their bytes go straight into one list, and ids and scores
/// are read where they stand. What is small, or has escapes, is left to those two.
struct JSONCursor {
  /// The whole text, which is valid UTF-8.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Which byte comes next.
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads a text from its beginning.
  ///
  /// - Throws: `TokenizerError` if it is not UTF-8, or what `body` throws.
  static func read<T>(
    _ bytes: [UInt8], _ body: (inout JSONCursor) throws(TokenizerError) -> T
  ) throws(TokenizerError) -> T {
    try expectUTF8(bytes)
    let result = bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(TokenizerError) -> T in
        var cursor = JSONCursor(bytes)
        return try body(&cursor)
      }
    }
    return try result.get()
  }

  /// The next byte, after white space; 0 at the end.
  mutating func peek() -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      if byte != 32, byte != 10, byte != 13, byte != 9 { return byte }
      position += 1
    }
    return 0
  }

  /// Takes this character if it follows, after white space.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    if peek() != UInt8(ascii: character) { return false }
    position += 1
    return true
  }

  /// Takes this character, which must follow.
  mutating func expect(_ character: Unicode.Scalar, _ place: String) throws(TokenizerError) {
    if !take(character) { throw failure("'\(character)' was expected", place) }
  }

  /// What is wrong, and where.
  func failure(_ what: String, _ place: String) -> TokenizerError {
    invalid("\(what) at byte \(position)", place)
  }

  private func invalid(_ what: String, _ place: String) -> TokenizerError {
    TokenizerError(.invalid(what), at: place.isEmpty ? nil : place)
  }

  /// Appends the bytes of a text in quotation marks, which must follow.
  mutating func string(_ place: String, into result: inout [UInt8]) throws(TokenizerError) {
    if peek() != UInt8(ascii: "\"") { throw failure("a text was expected", place) }
    let start = position + 1
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") {
        result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
        position = end + 1
        return
      }
      if byte < 32 || byte == UInt8(ascii: "\\") { break }
      end += 1
    }
    // One with escapes, or a broken one.
    let whole = position
    try skipString(place)
    var scanner = JSONScanner(Array(bytes[whole..<position]))
    do throws(JSONDocument.Failure) {
      result.append(contentsOf: try scanner.string().utf8)
    } catch {
      throw invalid("\(error), in the text at byte \(whole)", place)
    }
  }

  /// A text in quotation marks, which must follow.
  mutating func string(_ place: String) throws(TokenizerError) -> String {
    var result: [UInt8] = []
    try string(place, into: &result)
    return String(decoding: result, as: UTF8.self)
  }

  /// The value that follows, as a tree.
  mutating func document(_ place: String) throws(TokenizerError) -> JSONDocument {
    _ = peek()
    let start = position
    try skipValue(place)
    do throws(JSONDocument.Failure) {
      return try JSONDocument(bytes[start..<position])
    } catch {
      throw invalid("\(error), counted from byte \(start)", place)
    }
  }

  /// Passes over a value. Only how it is nested in brackets is looked at.
  mutating func skipValue(_ place: String) throws(TokenizerError) {
    var depth = 0
    repeat {
      switch peek() {
      case 0: throw failure("the text ends where a value was expected", place)
      case UInt8(ascii: "\""): try skipString(place)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { throw failure("a value was expected", place) }
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        if depth == 0 { throw failure("a value was expected", place) }
        position += 1
      default:
        while position < bytes.count, !JSONCursor.endsWord(bytes[position]) { position += 1 }
      }
    } while depth > 0
  }

  /// A whole number from 0 on that fits 31 bits, which must follow.
  mutating func number(_ place: String) throws(TokenizerError) -> Int32 {
    _ = peek()
    let start = position
    var value = 0
    while position < bytes.count, (48...57).contains(bytes[position]) {
      value = value * 10 + Int(bytes[position] - 48)
      if value > Int(Int32.max) {
        throw failure("a number above \(Int32.max)", place)
      }
      position += 1
    }
    guard position > start, position < bytes.count, JSONCursor.endsWord(bytes[position]) else {
      throw failure("a whole number from 0 on was expected", place)
    }
    return Int32(value)
  }

  /// A finite number, which must follow, read as the reference reads it: digits to a whole number of
  /// 64 bits, divided by a power of ten. That is not always the nearest number, and scores must be
  /// equal to the last bit if ways through a text are to be.
  mutating func score(_ place: String) throws(TokenizerError) -> Double {
    _ = peek()
    let start = position
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var (digits, exponent, digitCount) = (UInt64(0), 0, 0)
    var isFull = false
    func add(_ byte: UInt8) -> Bool {
      let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
      let (sum, more) = product.addingReportingOverflow(UInt64(byte - 48))
      if overflow || more || isFull {
        isFull = true
        return false
      }
      digits = sum
      return true
    }
    while position < bytes.count, (48...57).contains(bytes[position]) {
      if !add(bytes[position]) { exponent += 1 }
      digitCount += 1
      position += 1
    }
    if digitCount > 0, position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      while position < bytes.count, (48...57).contains(bytes[position]) {
        if add(bytes[position]) { exponent -= 1 }
        position += 1
      }
    }
    if digitCount > 0, position < bytes.count, bytes[position] | 32 == UInt8(ascii: "e") {
      position += 1
      var (power, sign) = (0, 1)
      if position < bytes.count, bytes[position] == UInt8(ascii: "-") {
        (sign, position) = (-1, position + 1)
      } else if position < bytes.count, bytes[position] == UInt8(ascii: "+") {
        position += 1
      }
      while position < bytes.count, (48...57).contains(bytes[position]) {
        power = min(power * 10 + Int(bytes[position] - 48), 1_000_000)
        position += 1
      }
      exponent += sign * power
    }
    guard digitCount > 0, position < bytes.count, JSONCursor.endsWord(bytes[position]) else {
      position = start
      throw failure("a number was expected", place)
    }
    var value = Double(digits)
    if exponent < -308 * 3 { (value, exponent) = (0, 0) }
    while exponent < -308 {
      value /= 1e308
      exponent += 308
    }
    if exponent < 0 { value /= powersOfTen[-exponent] }
    if exponent > 0, value != 0 {
      value = exponent > 308 ? .infinity : value * powersOfTen[exponent]
    }
    if !value.isFinite {
      position = start
      throw failure("a number beyond what fits 64 bits", place)
    }
    return isNegative ? -value : value
  }

  private mutating func skipString(_ place: String) throws(TokenizerError) {
    let start = position
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = start
    throw failure("a text that never ends", place)
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 10, 13, 9, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"),
      UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
      true
    default: false
    }
  }
}

/// 1, 10, 100, … 1e308, each the nearest number.
private let powersOfTen: [Double] = (0...308).map { Double("1e\($0)")! }
