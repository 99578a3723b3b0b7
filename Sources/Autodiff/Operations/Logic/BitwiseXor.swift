import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The bits that one has and the other has not, element by element, with
  /// broadcasting: NumPy's `bitwise_xor`.
  ///
  /// A constant.
  ///
  /// Traps if the shapes do not broadcast, or the types differ or are fractions.
  public static func ^ (a: Tensor, b: Tensor) -> Tensor { BitwiseXor()(a, b) }
  /// The same with a whole number, which the tensor's type must hold.
  public static func ^ (a: Tensor, b: Int) -> Tensor { BitwiseXor()(a, b) }
}

struct BitwiseXor: BitwiseOperation {
  var name: String { "bitwiseXor" }
  var symbol: String { "⊻" }
  static var kernel: bp_binary { BP_BIT_XOR }
}
