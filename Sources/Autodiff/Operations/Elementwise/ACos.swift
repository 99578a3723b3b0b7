import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The angle between 0 and π whose cosine is x, element by element: NumPy's `arccos`.
  /// ∂L/∂x = −∂L/∂y / √(1 − x²).
  ///
  /// NaN beyond ±1. Traps if the numbers are whole.
  public func acos() -> Tensor { ACos()(self) }
}

struct ACos: CurveOperation {
  var name: String { "acos" }
  static var kernel: bp_unary { BP_ACOS }
  static var gradientKernel: bp_binary { BP_ACOS_GRADIENT }

  func slope(at x: Tensor) -> Tensor { -((1 - x) * (1 + x)).reciprocalSquareRoot() }
}
