import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the left side is larger, element by element, with broadcasting, as `bool`. Nothing is so beside NaN.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { Greater()(a, b) }
  /// Where the elements are larger than a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .> (a: Tensor, b: Double) -> Tensor { Greater(number: b)(a) }
}

struct Greater: ComparisonOperation {
  var number: Double?

  var name: String { "greater" }
  static var kernel: bp_comparison { BP_GREATER }
}
