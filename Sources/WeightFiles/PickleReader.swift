import BackpropFiles

/// The bytes of a pickle, taken one piece after the other.
struct PickleReader {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() throws(WeightFileError) -> UInt8 {
    if position == bytes.count {
      throw WeightFileError(
        .truncated(part: "the pickle", expected: position + 1, found: bytes.count))
    }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func take(_ count: Int) throws(WeightFileError) -> ArraySlice<UInt8> {
    if count < 0 || count > bytes.count - position {
      throw WeightFileError(
        .truncated(
          part: "a value of \(count) bytes at byte \(position)", expected: count,
          found: bytes.count - position))
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func number<T: FixedWidthInteger>(_ type: T.Type) throws(WeightFileError) -> T {
    let start = position
    _ = try take(T.bitWidth / 8)
    return bytes.littleEndian(T.self, at: start)
  }

  /// A length of `type`, then so many bytes.
  mutating func counted<T: FixedWidthInteger>(
    _ type: T.Type
  ) throws(WeightFileError) -> ArraySlice<UInt8> {
    try take(Int(clamping: number(type)))
  }

  /// The rest of the line, without its end.
  mutating func line() throws(WeightFileError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: 10) else {
      throw WeightFileError(
        .truncated(
          part: "a line of the pickle", expected: bytes.count + 1, found: bytes.count))
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  mutating func textLine() throws(WeightFileError) -> String {
    let start = position
    guard let text = String(validating: try line(), as: UTF8.self) else {
      throw WeightFileError(.invalid("the line at byte \(start) is not UTF-8"))
    }
    return text
  }
}

/// Undoes Python's `raw-unicode-escape`: bytes are characters, and `\uXXXX` and `\UXXXXXXXX` stand
/// for others. The result is UTF-8; `nil` if an escape is broken.
func decodeRawUnicodeEscape(_ text: ArraySlice<UInt8>) -> [UInt8]? {
  var result: [UInt8] = []
  var index = text.startIndex
  while index < text.endIndex {
    var code = UInt32(text[index])
    index += 1
    if code == 0x5c, index < text.endIndex, text[index] == 0x75 || text[index] == 0x55 {
      let end = index + (text[index] == 0x75 ? 5 : 9)
      guard end <= text.endIndex,
        let value = UInt32(String(decoding: text[index + 1..<end], as: UTF8.self), radix: 16)
      else { return nil }
      code = value
      index = end
    }
    guard let scalar = Unicode.Scalar(code) else { return nil }
    result.append(contentsOf: Array(String(scalar).utf8))
  }
  return result
}

/// Undoes the `repr` of a Python 2 string: quotation marks around it, escapes in it; `nil` if it is
/// none.
func decodeStringLiteral(_ text: ArraySlice<UInt8>) -> [UInt8]? {
  guard text.count >= 2, let quote = text.first, quote == 0x27 || quote == 0x22,
    text.last == quote
  else { return nil }
  let escapes: [UInt8: UInt8] = [
    0x5c: 0x5c, 0x27: 0x27, 0x22: 0x22, 0x6e: 10, 0x72: 13, 0x74: 9, 0x61: 7, 0x62: 8, 0x66: 12,
    0x76: 11,
  ]
  var result: [UInt8] = []
  var index = text.startIndex + 1
  let end = text.endIndex - 1
  while index < end {
    let byte = text[index]
    index += 1
    if byte == quote { return nil }
    if byte != 0x5c {
      result.append(byte)
      continue
    }
    guard index < end else { return nil }
    if text[index] == 0x78 {
      guard index + 3 <= end,
        let value = UInt8(String(decoding: text[index + 1..<index + 3], as: UTF8.self), radix: 16)
      else { return nil }
      result.append(value)
      index += 3
    } else if let value = escapes[text[index]] {
      result.append(value)
      index += 1
    } else {
      return nil
    }
  }
  return result
}
