import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The bits that either has, element by element, with
  /// broadcasting: NumPy's `bitwise_or`.
  ///
  /// A constant.
  ///
  /// Traps if the shapes do not broadcast, or the types differ or are fractions.
  public static func | (a: Tensor, b: Tensor) -> Tensor { BitwiseOr()(a, b) }
  /// The same with a whole number, which the tensor's type must hold.
  public static func | (a: Tensor, b: Int) -> Tensor { BitwiseOr()(a, b) }
}

struct BitwiseOr: BitwiseOperation {
  var name: String { "bitwiseOr" }
  var symbol: String { "∨" }
  static var kernel: bp_binary { BP_BIT_OR }
}
