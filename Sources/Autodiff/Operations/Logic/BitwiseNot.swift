import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// All bits turned over, element by element: NumPy's `bitwise_not` or `invert`. Of flags, the
  /// opposite.
  ///
  /// A constant.
  ///
  /// Traps if the numbers are fractions.
  public static prefix func ~ (x: Tensor) -> Tensor { BitwiseNot()(x) }
}

struct BitwiseNot: UnaryOperation, ConstantOperation {
  var name: String { "bitwiseNot" }
  var symbol: String { "¬" }
  static var kernel: bp_unary { BP_BIT_NOT }
}
