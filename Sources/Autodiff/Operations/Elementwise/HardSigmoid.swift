import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// max(0, min(x + 3, 6)) / 6, element by element, a sigmoid of straight lines: PyTorch's `hardsigmoid`.
  ///
  /// ∂L/∂x = ∂L/∂y / 6 where −3 < x < 3, else 0.
  ///
  /// Source: Howard et al., "Searching for MobileNetV3" (2019).
  ///
  /// Traps if the numbers are whole.
  public func hardSigmoid() -> Tensor { HardSigmoid()(self) }
}

struct HardSigmoid: CurveOperation {
  var name: String { "hardSigmoid" }
  static var kernel: bp_unary { BP_HARD_SIGMOID }
  static var gradientKernel: bp_binary { BP_HARD_SIGMOID_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    (x.abs() .< 3).cast(to: x.scalarType) * (1.0 / 6)
  }
}
