import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// ln (1 + x), element by element, with all digits for small x too, where `(1 + x).log()` has lost
  /// them: C's, NumPy's and PyTorch's `log1p`. ∂L/∂x = ∂L/∂y / (1 + x).
  ///
  /// −∞ at −1, NaN below. Traps if the numbers are whole.
  public func log1p() -> Tensor { Log1P()(self) }
}

struct Log1P: CurveOperation {
  var name: String { "log1p" }
  static var kernel: bp_unary { BP_LOG1P }
  static var gradientKernel: bp_binary { BP_LOG1P_GRADIENT }

  func slope(at x: Tensor) -> Tensor { (x + 1).reciprocal() }
}
