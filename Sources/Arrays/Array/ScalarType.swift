/// The type of the numbers in an array, known at run time.
///
/// Types never change silently: adding a `float32` array to a `float64` array is an error, and
/// ``NDArray/cast(to:)`` is the way from one to the other.
public enum ScalarType: String, Sendable, Hashable, CaseIterable, Codable {
  /// True or false.
  case bool
  /// Whole numbers from 0 to 255, as the pixels of most pictures.
  case uint8
  /// Whole numbers of 32 bits with a sign.
  case int32
  /// Whole numbers of 64 bits with a sign: Swift's `Int`, and NumPy's and PyTorch's default.
  case int64
  /// IEEE 754 binary32: Swift's `Float`, the usual type of weights.
  case float32
  /// IEEE 754 binary64: Swift's `Double`, NumPy's default.
  case float64

  /// Bytes that one number takes.
  public var size: Int {
    switch self {
    case .bool, .uint8: 1
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether the type holds fractions, and so can carry a gradient.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64: true
    case .bool, .uint8, .int32, .int64: false
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
extension Int32: Scalar {
  public static var scalarType: ScalarType { .int32 }
}
extension Int64: Scalar {
  public static var scalarType: ScalarType { .int64 }
}
extension Int: Scalar {
  public static var scalarType: ScalarType { .int64 }
}
extension Float: Scalar {
  public static var scalarType: ScalarType { .float32 }
}
extension Double: Scalar {
  public static var scalarType: ScalarType { .float64 }
}
