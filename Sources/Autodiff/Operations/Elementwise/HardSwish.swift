import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x · max(0, min(x + 3, 6)) / 6, element by element, a swish of simple arithmetic: PyTorch's
  /// `hardswish`.
  ///
  /// ∂L/∂x = ∂L/∂y · (x / 3 + ½) between −3 and 3; 0 at −3 and below, ∂L/∂y at 3 and above.
  ///
  /// Source: Howard et al., "Searching for MobileNetV3" (2019).
  ///
  /// Traps if the numbers are whole.
  public func hardSwish() -> Tensor { HardSwish()(self) }
}

struct HardSwish: CurveOperation {
  var name: String { "hardSwish" }
  static var kernel: bp_unary { BP_HARD_SWISH }
  static var gradientKernel: bp_binary { BP_HARD_SWISH_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    Tensor.where(x .<= -3, 0, Tensor.where(x .>= 3, 1, x / 3 + 0.5))
  }
}
