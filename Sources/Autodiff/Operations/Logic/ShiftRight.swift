import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The bits of the left side moved down by as many places as the right side says, as divided by 2ⁿ and rounded down, element by element, with
  /// broadcasting: NumPy's `right_shift`; by more places than
  /// there are, or a negative number, all are moved out.
  ///
  /// A constant.
  ///
  /// Traps if the shapes do not broadcast, or the types differ or are fractions or `bool`.
  public static func >> (a: Tensor, b: Tensor) -> Tensor { ShiftRight()(a, b) }
  /// The same with a whole number, which the tensor's type must hold.
  public static func >> (a: Tensor, b: Int) -> Tensor { ShiftRight()(a, b) }
}

struct ShiftRight: BitwiseOperation {
  var name: String { "shiftRight" }
  var symbol: String { "≫" }
  static var kernel: bp_binary { BP_SHIFT_RIGHT }
}
