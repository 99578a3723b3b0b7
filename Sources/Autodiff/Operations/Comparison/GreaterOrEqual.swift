import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the left side is larger or both are equal, element by element, with broadcasting, as `bool`. Nothing is so beside NaN.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { GreaterOrEqual()(a, b) }
  /// Where the elements are at least a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .>= (a: Tensor, b: Double) -> Tensor { GreaterOrEqual(number: b)(a) }
}

struct GreaterOrEqual: ComparisonOperation {
  var number: Double?

  var name: String { "greaterOrEqual" }
  static var kernel: bp_comparison { BP_GREATER_EQUAL }
}
