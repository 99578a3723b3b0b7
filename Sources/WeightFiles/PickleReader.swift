import BackpropFiles

/// The bytes of a pickle, taken one piece after the other.
struct PickleReader {
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

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
