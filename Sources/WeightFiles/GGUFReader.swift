import BackpropFiles

/// Takes the parts of a GGUF file one after the other; every length is checked before it is trusted.
struct GGUFReader {
  private let bytes: SharedBytes
  /// How many bytes were taken.
  private(set) var position = 0

  /// How deep arrays may lie in one another. No program is known to write more than one.
  static let deepestArray = 8

  init(_ bytes: SharedBytes) { self.bytes = bytes }

  /// How many bytes are left.
  var remaining: Int { bytes.count - position }

  private mutating func take(_ count: Int, _ part: String) throws(WeightFileError) -> Int {
    guard count <= remaining else {
      throw WeightFileError(.truncated(part: part, expected: count, found: remaining))
    }
    defer { position += count }
    return position
  }

  /// A number.
  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _ part: String, as _: T.Type = T.self
  ) throws(WeightFileError) -> T {
    let start = try take(MemoryLayout<T>.size, part)
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: T.self) }
    return T(littleEndian: value)
  }

  /// A count of things that each take at least so many bytes: more than can follow are not there.
  mutating func count(
    of part: String, each least: Int
  ) throws(WeightFileError) -> Int {
    let count = try integer("the count of \(part)", as: UInt64.self)
    guard count <= UInt64(remaining / least) else {
      throw WeightFileError(
        .invalid("the file claims \(count) \(part), and \(remaining) bytes follow"))
    }
    return Int(count)
  }

  /// A text, its length before it.
  ///
  /// - Parameters:
  ///   - part: what errors call it.
  ///   - isStrict: whether bytes that are no UTF-8 are an error; they become U+FFFD otherwise.
  mutating func text(_ part: String, isStrict: Bool) throws(WeightFileError) -> String {
    let range = try takeText(part)
    let content = bytes[range].array
    if let text = String(validating: content, as: UTF8.self) { return text }
    if isStrict { throw WeightFileError(.invalid("\(part) is no UTF-8")) }
    return String(decoding: content, as: UTF8.self)
  }

  /// Takes a text and its length; where its bytes lie.
  private mutating func takeText(_ part: String) throws(WeightFileError) -> Range<Int> {
    let length = try integer("the length of \(part)", as: UInt64.self)
    guard length <= UInt64(remaining) else {
      throw WeightFileError(
        .invalid("\(part) claims \(length) bytes, and \(remaining) follow"))
    }
    let start = try take(Int(length), part)
    return start..<position
  }

  /// A value of a kind.
  mutating func value(
    _ kind: GGUFValue.Kind, part: String, depth: Int = 0
  ) throws(WeightFileError) -> GGUFValue {
    switch kind {
    case .uint8: return .uint8(try integer(part))
    case .int8: return .int8(try integer(part))
    case .uint16: return .uint16(try integer(part))
    case .int16: return .int16(try integer(part))
    case .uint32: return .uint32(try integer(part))
    case .int32: return .int32(try integer(part))
    case .float32: return .float32(Float(bitPattern: try integer(part)))
    case .bool: return .bool(try flag(part))
    case .string: return .string(try text(part, isStrict: false))
    case .array: return .array(try array(part, depth: depth))
    case .uint64: return .uint64(try integer(part))
    case .int64: return .int64(try integer(part))
    case .float64: return .float64(Double(bitPattern: try integer(part)))
    }
  }

  /// A value with its kind before it.
  mutating func value(_ part: String) throws(WeightFileError) -> GGUFValue {
    try value(try kind(part), part: part)
  }

  private mutating func kind(_ part: String) throws(WeightFileError) -> GGUFValue.Kind {
    let number = try integer("the type of \(part)", as: UInt32.self)
    guard let kind = GGUFValue.Kind(rawValue: number) else {
      throw WeightFileError(.invalid("\(part) is of type \(number), and there is no such type"))
    }
    return kind
  }

  private mutating func flag(_ part: String) throws(WeightFileError) -> Bool {
    let byte = try integer(part, as: UInt8.self)
    guard byte <= 1 else {
      throw WeightFileError(.invalid("\(part) is \(byte), and a truth value is 0 or 1"))
    }
    return byte == 1
  }

  private mutating func array(_ part: String, depth: Int) throws(WeightFileError) -> GGUFArray {
    if depth >= Self.deepestArray {
      throw WeightFileError(
        .limitExceeded("\(part) has arrays in arrays, more than \(Self.deepestArray) deep"))
    }
    let kind = try kind(part)
    let count = try count(of: "values of \(part)", each: kind.leastByteCount)
    let start = position
    if let size = kind.byteCount, kind != .bool {
      _ = try take(count * size, part)
    } else {
      let element = kind == .string ? "a text of \(part)" : part
      for _ in 0..<count { try pass(over: kind, element, depth: depth + 1) }
    }
    return GGUFArray(kind: kind, count: count, content: bytes[start..<position])
  }

  /// Checks a value of an array and makes nothing of it.
  private mutating func pass(
    over kind: GGUFValue.Kind, _ part: String, depth: Int
  ) throws(WeightFileError) {
    switch kind {
    case .string: _ = try takeText(part)
    case .array: _ = try array(part, depth: depth)
    case .bool: _ = try flag(part)
    default: _ = try take(kind.byteCount!, part)
    }
  }
}
