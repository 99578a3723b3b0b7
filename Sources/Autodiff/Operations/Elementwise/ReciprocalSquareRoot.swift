import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// y = 1 / √x, element by element: PyTorch's `rsqrt`. ∂L/∂x = −∂L/∂y · y³ / 2.
  ///
  /// Infinite at 0, NaN below. Traps if the numbers are whole.
  public func reciprocalSquareRoot() -> Tensor { ReciprocalSquareRoot()(self) }
}

struct ReciprocalSquareRoot: CurveOperation {
  var name: String { "reciprocalSquareRoot" }
  static var kernel: bp_unary { BP_RECIPROCAL_SQUARE_ROOT }
  static var gradientKernel: bp_binary { BP_RECIPROCAL_SQUARE_ROOT_GRADIENT }
  static var slopesByResult: Bool { true }

  func slope(at y: Tensor) -> Tensor { y.pow(3) * -0.5 }
}
