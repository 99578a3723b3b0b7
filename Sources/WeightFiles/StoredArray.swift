import BackpropFiles

/// The type of the elements of an array in a file, by the names of safetensors.
public enum StoredScalarType: String, CaseIterable, Sendable {
  /// Truth values, a byte each: 0 or 1.
  case bool = "BOOL"
  /// Unsigned whole numbers of 8 bits.
  case uint8 = "U8"
  /// Whole numbers of 8 bits.
  case int8 = "I8"
  /// Whole numbers of 16 bits.
  case int16 = "I16"
  /// Floating-point numbers of 16 bits (IEEE 754 binary16).
  case float16 = "F16"
  /// The upper half of a 32-bit floating-point number.
  case bfloat16 = "BF16"
  /// Whole numbers of 32 bits.
  case int32 = "I32"
  /// Floating-point numbers of 32 bits.
  case float32 = "F32"
  /// Floating-point numbers of 64 bits.
  case float64 = "F64"
  /// Whole numbers of 64 bits.
  case int64 = "I64"
  /// Unsigned whole numbers of 16 bits.
  case uint16 = "U16"
  /// Unsigned whole numbers of 32 bits.
  case uint32 = "U32"
  /// Unsigned whole numbers of 64 bits.
  case uint64 = "U64"

  /// The bytes of an element.
  public var byteWidth: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// An array as it is in a file: its type, its shape and its bytes.
public struct StoredArray: Equatable, Sendable {
  /// The type of the elements.
  public let scalarType: StoredScalarType
  /// The sizes of the axes; empty for a single number.
  public let shape: [Int]
  /// The elements, little-endian, the last axis running fastest.
  public let bytes: [UInt8]

  /// Makes an array from bytes.
  ///
  /// Traps if there are not as many bytes as the shape needs.
  ///
  /// - Parameters:
  ///   - scalarType: the type of the elements.
  ///   - shape: the sizes of the axes; empty for a single number.
  ///   - bytes: the elements, little-endian, the last axis running fastest.
  public init(scalarType: StoredScalarType, shape: [Int], bytes: [UInt8]) {
    if Self.byteCount(scalarType, shape) != bytes.count {
      fatalError(
        "StoredArray: the shape \(shape) of \(scalarType.rawValue) does not fit \(bytes.count) bytes"
      )
    }
    self.scalarType = scalarType
    self.shape = shape
    self.bytes = bytes
  }

  /// The number of elements.
  public var count: Int { bytes.count / scalarType.byteWidth }

  /// The bytes that a shape needs, or `nil` where a size is negative or they cannot be counted.
  static func byteCount(_ type: StoredScalarType, _ shape: [Int]) -> Int? {
    // A zero anywhere makes the product zero, but the other sizes must still be sane.
    checkedProduct(shape + [type.byteWidth])
  }
}
