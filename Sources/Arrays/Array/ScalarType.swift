/// The type of the numbers in an array, known at run time.
///
/// Types never change silently: adding a `float32` array to a `float64` array is an error, and
/// ``NDArray/cast(to:)`` is the way from one to the other.
///
/// With some types there is no arithmetic (``isStoredOnly``): their numbers are kept as files and
/// other programs have them, moved, compared and sorted, and cast to a type that is computed with.
///
/// ```swift
/// let half = weights.cast(to: .float16)          // half the memory
/// half[0..<10].cast(to: .float32) * 2
/// ```
public enum ScalarType: String, Sendable, Hashable, CaseIterable, Codable {
  /// True or false.
  case bool
  /// Whole numbers from 0 to 255, as the pixels of most pictures.
  case uint8
  /// Whole numbers from -128 to 127. Stored only.
  case int8
  /// Whole numbers of 16 bits with a sign. Stored only.
  case int16
  /// Whole numbers from 0 to 65 535. Stored only.
  case uint16
  /// Whole numbers of 32 bits with a sign.
  case int32
  /// Whole numbers of 32 bits without a sign. Stored only.
  case uint32
  /// Whole numbers of 64 bits with a sign: Swift's `Int`, and NumPy's and PyTorch's default.
  case int64
  /// Whole numbers of 64 bits without a sign. Stored only.
  case uint64
  /// IEEE 754 binary16, PyTorch's `half`: 11 binary digits, and nothing beyond 65 504. Stored only.
  case float16
  /// The upper half of a `float32`: its range, with 8 binary digits. Stored only.
  case bfloat16
  /// IEEE 754 binary32: Swift's `Float`, the usual type of weights.
  case float32
  /// IEEE 754 binary64: Swift's `Double`, NumPy's default.
  case float64

  /// Bytes that one number takes.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether the type holds fractions.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: false
    }
  }

  /// Whether numbers of the type are kept, moved, compared and cast, but not computed with.
  public var isStoredOnly: Bool {
    switch self {
    case .int8, .int16, .uint16, .uint32, .uint64, .float16, .bfloat16: true
    case .bool, .uint8, .int32, .int64, .float32, .float64: false
    }
  }

  /// Whether the numbers are fractions of 16 bits, which a `float32` holds exactly.
  package var isHalf: Bool { isFloatingPoint && isStoredOnly }

  /// Whether the numbers can carry a gradient: fractions that are computed with.
  public var isDifferentiable: Bool {
    switch self {
    case .float32, .float64: true
    case .bool, .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .float16,
      .bfloat16:
      false
    }
  }
}

extension ScalarType: CustomStringConvertible {
  /// NumPy's name of the type: `float32`, `int64`, `bool`, …
  public var description: String { rawValue }
}

/// A Swift type whose values an array can hold.
public protocol Scalar: Sendable, Equatable, BitwiseCopyable {
  /// The run-time name of this type.
  static var scalarType: ScalarType { get }
}

extension Bool: Scalar {
  public static var scalarType: ScalarType { .bool }
}
extension UInt8: Scalar {
  public static var scalarType: ScalarType { .uint8 }
}
extension Int8: Scalar {
  public static var scalarType: ScalarType { .int8 }
}
extension Int16: Scalar {
  public static var scalarType: ScalarType { .int16 }
}
extension UInt16: Scalar {
  public static var scalarType: ScalarType { .uint16 }
}
extension Int32: Scalar {
  public static var scalarType: ScalarType { .int32 }
}
extension UInt32: Scalar {
  public static var scalarType: ScalarType { .uint32 }
}
extension Int64: Scalar {
  public static var scalarType: ScalarType { .int64 }
}
extension Int: Scalar {
  public static var scalarType: ScalarType { .int64 }
}
extension UInt64: Scalar {
  public static var scalarType: ScalarType { .uint64 }
}
extension UInt: Scalar {
  public static var scalarType: ScalarType { .uint64 }
}
// Swift has no Float16 on Macs of Intel; there and elsewhere, such numbers are read as Float.
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: Scalar {
    public static var scalarType: ScalarType { .float16 }
  }
#endif
extension Float: Scalar {
  public static var scalarType: ScalarType { .float32 }
}
extension Double: Scalar {
  public static var scalarType: ScalarType { .float64 }
}
