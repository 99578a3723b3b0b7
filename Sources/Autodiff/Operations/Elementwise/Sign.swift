import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// −1, 0 or 1 for a negative number, zero and a positive one, element by element; NaN for NaN.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are `bool`.
  public func sign() -> Tensor { Sign()(self) }
}

struct Sign: UnaryOperation, ConstantOperation {
  var name: String { "sign" }
  static var kernel: bp_unary { BP_SIGN }
}
