import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x without what follows the point, element by element: NumPy's and PyTorch's `trunc`.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are whole.
  public func truncated() -> Tensor { Truncate()(self) }
}

struct Truncate: UnaryOperation, ConstantOperation {
  var name: String { "truncated" }
  static var kernel: bp_unary { BP_TRUNCATE }
}
