import Backprop
import BackpropFiles

/// Something that a lesson shows: printed as Python or NumPy prints it, and recorded with all of
/// its digits.
public protocol LessonValue {
  /// As Python's `print` shows it.
  var printed: String { get }
  /// As JSON, with every digit; NaN and infinities, which JSON lacks, as strings.
  var json: String { get }
  /// The numbers in it, in order.
  var numbers: [Double] { get }
}

extension Double: LessonValue {
  public var printed: String { description }
  public var json: String { isFinite ? description : "\"\(self)\"" }
  public var numbers: [Double] { [self] }
}

extension Int: LessonValue {
  public var printed: String { description }
  public var json: String { description }
  public var numbers: [Double] { [Double(self)] }
}

extension Bool: LessonValue {
  public var printed: String { self ? "True" : "False" }
  public var json: String { description }
  public var numbers: [Double] { [self ? 1 : 0] }
}

extension String: LessonValue {
  public var printed: String { self }
  public var json: String { jsonQuoted(self) }
  public var numbers: [Double] { [] }
}

/// As a Python list: `[1, 2, 3]`.
extension Array: LessonValue where Element: LessonValue {
  public var printed: String {
    "[" + map { ($0 as? String).map { "'\($0)'" } ?? $0.printed }.joined(separator: ", ") + "]"
  }
  public var json: String { "[" + map(\.json).joined(separator: ",") + "]" }
  public var numbers: [Double] { flatMap(\.numbers) }
}

extension Tensor: LessonValue {
  public var printed: String { description }
  public var json: String {
    let elements: [String] =
      switch scalarType {
      case .float32: scalars(as: Float.self).map { $0.isFinite ? "\($0)" : "\"\($0)\"" }
      case .float64, .float16, .bfloat16: doubles.map(\.json)
      case .bool: doubles.map { $0 == 0 ? "false" : "true" }
      case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64:
        cast(to: .int64).scalars(as: Int64.self).map { String($0) }
      case .uint64: scalars(as: UInt64.self).map { String($0) }
      }
    var position = 0
    func nested(_ axis: Int) -> String {
      if axis == rank {
        position += 1
        return elements[position - 1]
      }
      return "[" + (0..<shape[axis]).map { _ in nested(axis + 1) }.joined(separator: ",") + "]"
    }
    return nested(0)
  }
  public var numbers: [Double] { doubles }
}
