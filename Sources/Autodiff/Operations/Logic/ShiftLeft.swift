import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The bits of the left side moved up by as many places as the right side says, as times 2ⁿ, element by element, with
  /// broadcasting: NumPy's `left_shift`; by more places than
  /// there are, or a negative number, all are moved out.
  ///
  /// A constant.
  ///
  /// Traps if the shapes do not broadcast, or the types differ or are fractions or `bool`.
  public static func << (a: Tensor, b: Tensor) -> Tensor { ShiftLeft()(a, b) }
  /// The same with a whole number, which the tensor's type must hold.
  public static func << (a: Tensor, b: Int) -> Tensor { ShiftLeft()(a, b) }
}

struct ShiftLeft: BitwiseOperation {
  var name: String { "shiftLeft" }
  var symbol: String { "≪" }
  static var kernel: bp_binary { BP_SHIFT_LEFT }
}
