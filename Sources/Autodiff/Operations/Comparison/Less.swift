import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the left side is smaller, element by element, with broadcasting, as `bool`. Nothing is so beside NaN.
  ///
  /// Traps if the shapes do not broadcast, or the types differ.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { Less()(a, b) }
  /// Where the elements are smaller than a number, as `bool`. Exact, whether or not their type holds the number.
  public static func .< (a: Tensor, b: Double) -> Tensor { Less(number: b)(a) }
}

struct Less: ComparisonOperation {
  var number: Double?

  var name: String { "less" }
  static var kernel: bp_comparison { BP_LESS }
}
