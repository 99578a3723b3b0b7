import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// 1 where x > 0, else 0, element by element: NumPy's `heaviside(x, 0)`.
  ///
  /// Its derivative is zero wherever it has one: the result is a constant.
  ///
  /// Traps if the numbers are whole.
  public func step() -> Tensor { Step()(self) }
}

struct Step: UnaryOperation, ConstantOperation {
  var name: String { "step" }
  static var kernel: bp_unary { BP_STEP }
}
