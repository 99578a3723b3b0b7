import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The bits that both have, element by element, with
  /// broadcasting: NumPy's `bitwise_and`.
  ///
  /// A constant.
  ///
  /// Traps if the shapes do not broadcast, or the types differ or are fractions.
  public static func & (a: Tensor, b: Tensor) -> Tensor { BitwiseAnd()(a, b) }
  /// The same with a whole number, which the tensor's type must hold.
  public static func & (a: Tensor, b: Int) -> Tensor { BitwiseAnd()(a, b) }
}

struct BitwiseAnd: BitwiseOperation {
  var name: String { "bitwiseAnd" }
  var symbol: String { "∧" }
  static var kernel: bp_binary { BP_BIT_AND }
}
