import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the two differ, element by element, with broadcasting, as `bool`. NaN differs from everything.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { NotEqual()(a, b) }
  /// Where the elements differ from a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .!= (a: Tensor, b: Double) -> Tensor { NotEqual(number: b)(a) }
}

struct NotEqual: ComparisonOperation {
  var number: Double?

  var name: String { "notEqual" }
  static var kernel: bp_comparison { BP_NOT_EQUAL }
}
