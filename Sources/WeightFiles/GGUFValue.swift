import BackpropFiles

/// A value of a GGUF file's metadata.
public enum GGUFValue: Equatable, Sendable {
  /// An unsigned whole number of 8 bits.
  case uint8(UInt8)
  /// A whole number of 8 bits.
  case int8(Int8)
  /// An unsigned whole number of 16 bits.
  case uint16(UInt16)
  /// A whole number of 16 bits.
  case int16(Int16)
  /// An unsigned whole number of 32 bits.
  case uint32(UInt32)
  /// A whole number of 32 bits.
  case int32(Int32)
  /// A fraction of 32 bits.
  case float32(Float)
  /// A truth value.
  case bool(Bool)
  /// A text.
  case string(String)
  /// Values of one type.
  case array(GGUFArray)
  /// An unsigned whole number of 64 bits.
  case uint64(UInt64)
  /// A whole number of 64 bits.
  case int64(Int64)
  /// A fraction of 64 bits.
  case float64(Double)

  /// What a value is, by its number in a file.
  public enum Kind: UInt32, CaseIterable, Sendable {
    /// An unsigned whole number of 8 bits.
    case uint8
    /// A whole number of 8 bits.
    case int8
    /// An unsigned whole number of 16 bits.
    case uint16
    /// A whole number of 16 bits.
    case int16
    /// An unsigned whole number of 32 bits.
    case uint32
    /// A whole number of 32 bits.
    case int32
    /// A fraction of 32 bits.
    case float32
    /// Yes or no.
    case bool
    /// A text.
    case string
    /// Values of one kind.
    case array
    /// An unsigned whole number of 64 bits.
    case uint64
    /// A whole number of 64 bits.
    case int64
    /// A fraction of 64 bits.
    case float64

    /// The bytes of a value, `nil` where they vary.
    var byteCount: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .string, .array: nil
      }
    }

    /// The fewest bytes that a value takes.
    var leastByteCount: Int { byteCount ?? (self == .string ? 8 : 12) }
  }

  /// What it is.
  public var kind: Kind {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .array: .array
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }

  /// A whole number of any width, if it is one and fits.
  public var integer: Int? {
    switch self {
    case .uint8(let x): Int(x)
    case .int8(let x): Int(x)
    case .uint16(let x): Int(x)
    case .int16(let x): Int(x)
    case .uint32(let x): Int(x)
    case .int32(let x): Int(x)
    case .uint64(let x): Int(exactly: x)
    case .int64(let x): Int(x)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  /// A number of any type.
  public var number: Double? {
    switch self {
    case .float32(let x): Double(x)
    case .float64(let x): x
    default: integer.map(Double.init)
    }
  }

  /// A text, if it is one.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// Values of one type, if it is such.
  public var array: GGUFArray? { if case .array(let array) = self { array } else { nil } }
}

extension GGUFValue: CustomStringConvertible {
  /// The value on one line; of an array, how many values it has, and of what.
  public var description: String {
    switch self {
    case .float32(let x): "\(x)"
    case .float64(let x): "\(x)"
    case .bool(let x): "\(x)"
    case .string(let text): text
    case .array(let array): "\(array.count) x \(array.kind)"
    case .uint64(let x): "\(x)"
    default: "\(integer!)"
    }
  }
}

/// An array of a GGUF file's metadata, such as the words of a vocabulary: values that are decoded when
/// they are asked for.
public struct GGUFArray: Equatable, Sendable {
  /// What the values are.
  public let kind: GGUFValue.Kind
  /// How many there are.
  public let count: Int
  /// The values one after the other, known to be whole.
  let content: SharedBytes

  init(kind: GGUFValue.Kind, count: Int, content: SharedBytes) {
    (self.kind, self.count, self.content) = (kind, count, content)
  }

  /// An array of these values. Traps if they are not all of one kind, `kind`.
  public init(_ values: [GGUFValue], of kind: GGUFValue.Kind) {
    var bytes: [UInt8] = []
    for value in values {
      precondition(value.kind == kind, "GGUFArray: a \(value.kind) among values that are \(kind)")
      value.append(to: &bytes)
    }
    self.init(kind: kind, count: values.count, content: SharedBytes(bytes))
  }

  /// An array of texts.
  public init(_ texts: [String]) { self.init(texts.map { .string($0) }, of: .string) }

  /// An array of whole numbers of 32 bits.
  public init(_ numbers: [Int32]) { self.init(numbers.map { .int32($0) }, of: .int32) }

  /// An array of fractions.
  public init(_ numbers: [Float]) { self.init(numbers.map { .float32($0) }, of: .float32) }

  /// The values.
  public var values: [GGUFValue] {
    var reader = GGUFReader(content)
    // Checked when the array was read.
    return (0..<count).map { _ in try! reader.value(kind, part: "an array") }
  }

  /// The texts, if that is what the values are. Bytes that are no UTF-8 become U+FFFD.
  public var texts: [String]? {
    kind == .string ? values.map { $0.text! } : nil
  }

  /// The whole numbers, if that is what the values are and all fit.
  public var integers: [Int]? {
    let numbers = values.compactMap(\.integer)
    return numbers.count == count ? numbers : nil
  }

  /// The numbers, if that is what the values are.
  public var numbers: [Double]? {
    let numbers = values.compactMap(\.number)
    return numbers.count == count ? numbers : nil
  }
}

extension GGUFValue {
  /// Adds the value as it lies in a file, without its kind.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .uint8(let x): bytes.append(x)
    case .int8(let x): bytes.append(UInt8(bitPattern: x))
    case .uint16(let x): bytes.append(littleEndian: x)
    case .int16(let x): bytes.append(littleEndian: x)
    case .uint32(let x): bytes.append(littleEndian: x)
    case .int32(let x): bytes.append(littleEndian: x)
    case .float32(let x): bytes.append(littleEndian: x.bitPattern)
    case .bool(let x): bytes.append(x ? 1 : 0)
    case .string(let text):
      bytes.append(littleEndian: UInt64(text.utf8.count))
      bytes += text.utf8
    case .array(let array):
      bytes.append(littleEndian: array.kind.rawValue)
      bytes.append(littleEndian: UInt64(array.count))
      bytes += array.content.array
    case .uint64(let x): bytes.append(littleEndian: x)
    case .int64(let x): bytes.append(littleEndian: x)
    case .float64(let x): bytes.append(littleEndian: x.bitPattern)
    }
  }
}
