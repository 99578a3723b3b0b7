import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The whole number nearest to x, element by element, and of two equally near the even one: 0.5 and
  /// 2.5 become 0 and 2, as NumPy's and PyTorch's `round` have it.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are whole.
  public func rounded() -> Tensor { Round()(self) }
}

struct Round: UnaryOperation, ConstantOperation {
  var name: String { "rounded" }
  static var kernel: bp_unary { BP_ROUND }
}
