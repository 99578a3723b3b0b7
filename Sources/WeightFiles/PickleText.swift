/// Undoes Python's `raw-unicode-escape`: bytes are characters, and `\uXXXX` and `\UXXXXXXXX` stand
/// for others. The result is UTF-8; `nil` if an escape is broken.
func decodeRawUnicodeEscape(_ text: ArraySlice<UInt8>) -> [UInt8]? {
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  var index = text.startIndex
  while index < text.endIndex {
    let byte = text[index]
    index += 1
    if byte < 0x80 && byte != 0x5c {
      result.append(byte)
      continue
    }
    var code = UInt32(byte)
    if byte == 0x5c, index < text.endIndex, text[index] == 0x75 || text[index] == 0x55 {
      let end = index + (text[index] == 0x75 ? 5 : 9)
      guard end <= text.endIndex,
        let value = UInt32(String(decoding: text[index + 1..<end], as: UTF8.self), radix: 16)
      else { return nil }
      code = value
      index = end
    }
    guard let scalar = Unicode.Scalar(code) else { return nil }
    result.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
  }
  return result
}

/// The characters of a text up to 255 as bytes (Latin-1); `nil` if there are others.
func encodeLatin1(_ text: String) -> [UInt8]? {
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    guard let byte = UInt8(exactly: scalar.value) else { return nil }
    result.append(byte)
  }
  return result
}

/// A whole number in decimal digits, as two's complement with the lowest byte first; `nil` if the
/// text is none, or is longer than Python itself trusts (4300 digits).
func decodeWideInteger(_ text: some StringProtocol) -> [UInt8]? {
  let isNegative = text.utf8.first == UInt8(ascii: "-")
  let digits = text.utf8.dropFirst(isNegative ? 1 : 0)
  guard (1...4300).contains(digits.count) else { return nil }
  var result: [UInt8] = [0]
  for digit in digits {
    guard (0x30...0x39).contains(digit) else { return nil }
    var carry = Int(digit) - 0x30
    for index in result.indices {
      carry += Int(result[index]) * 10
      result[index] = UInt8(truncatingIfNeeded: carry)
      carry >>= 8
    }
    if carry > 0 { result.append(UInt8(carry)) }
  }
  // A byte for the sign.
  result.append(0)
  if isNegative {
    var carry = 1
    for index in result.indices {
      carry += Int(~result[index])
      result[index] = UInt8(truncatingIfNeeded: carry)
      carry >>= 8
    }
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
  result.reserveCapacity(text.count)
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

extension String {
  /// A text of a file's for a message: no more than so many of its scalars.
  func shortened(to count: Int) -> String {
    unicodeScalars.count > count
      ? String(String.UnicodeScalarView(unicodeScalars.prefix(count))) + "…" : self
  }
}
