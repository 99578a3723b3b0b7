import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The sigmoid linear unit, x · sigmoid(x), element by element, also called swish: PyTorch's `silu`.
  ///
  /// ∂L/∂x = ∂L/∂y · s (1 + x (1 − s)) for s = sigmoid(x). At −∞ it is the limit, 0.
  ///
  /// Source: Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units for Neural Network Function
  /// Approximation in Reinforcement Learning" (2018).
  ///
  /// Traps if the numbers are whole.
  public func silu() -> Tensor { SiLU()(self) }
}

struct SiLU: CurveOperation {
  var name: String { "silu" }
  static var kernel: bp_unary { BP_SILU }
  static var gradientKernel: bp_binary { BP_SILU_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    let s = x.sigmoid()
    return s * (1 + x * (1 - s))
  }
}
