import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x · tanh(softplus(x)), element by element: PyTorch's `mish`.
  ///
  /// ∂L/∂x = ∂L/∂y · (t + x (1 − t²) sigmoid(x)) for t = tanh(ln(1 + eˣ)). At −∞ it is the limit, 0.
  ///
  /// Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function" (2020).
  ///
  /// Traps if the numbers are whole.
  public func mish() -> Tensor { Mish()(self) }
}

struct Mish: CurveOperation {
  var name: String { "mish" }
  static var kernel: bp_unary { BP_MISH }
  static var gradientKernel: bp_binary { BP_MISH_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    let t = x.softplus().tanh()
    return t + x * (1 - t) * (1 + t) * x.sigmoid()
  }
}
