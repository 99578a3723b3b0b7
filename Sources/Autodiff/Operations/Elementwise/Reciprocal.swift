import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// y = 1 / x, element by element: NumPy's and PyTorch's `reciprocal`. ∂L/∂x = −∂L/∂y · y².
  ///
  /// Traps if the numbers are whole.
  public func reciprocal() -> Tensor { Reciprocal()(self) }
}

struct Reciprocal: CurveOperation {
  var name: String { "reciprocal" }
  static var kernel: bp_unary { BP_RECIPROCAL }
  static var gradientKernel: bp_binary { BP_RECIPROCAL_GRADIENT }
  static var slopesByResult: Bool { true }

  func slope(at y: Tensor) -> Tensor { -y.squared() }
}
