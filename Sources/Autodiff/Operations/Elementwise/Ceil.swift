import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The smallest whole number not below x, element by element.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are whole.
  public func ceil() -> Tensor { Ceil()(self) }
}

struct Ceil: UnaryOperation, ConstantOperation {
  var name: String { "ceil" }
  static var kernel: bp_unary { BP_CEIL }
}
