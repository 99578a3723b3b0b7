import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where both are equal, element by element, with broadcasting, as `bool`. Nothing equals NaN.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { Equal()(a, b) }
  /// Where the elements equal a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .== (a: Tensor, b: Double) -> Tensor { Equal(number: b)(a) }
}

struct Equal: ComparisonOperation {
  var number: Double?

  var name: String { "equal" }
  static var kernel: bp_comparison { BP_EQUAL }
}
