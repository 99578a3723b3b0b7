import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The largest whole number not above x, element by element.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are whole.
  public func floor() -> Tensor { Floor()(self) }
}

struct Floor: UnaryOperation, ConstantOperation {
  var name: String { "floor" }
  static var kernel: bp_unary { BP_FLOOR }
}
