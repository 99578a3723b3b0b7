import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the left side is smaller or both are equal, element by element, with broadcasting, as `bool`. Nothing is so beside NaN.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { LessOrEqual()(a, b) }
  /// Where the elements are at most a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .<= (a: Tensor, b: Double) -> Tensor { LessOrEqual(number: b)(a) }
}

struct LessOrEqual: ComparisonOperation {
  var number: Double?

  var name: String { "lessOrEqual" }
  static var kernel: bp_comparison { BP_LESS_EQUAL }
}
