import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The angle between −π/2 and π/2 whose sine is x, element by element: NumPy's `arcsin`.
  /// ∂L/∂x = ∂L/∂y / √(1 − x²).
  ///
  /// NaN beyond ±1. Traps if the numbers are whole.
  public func asin() -> Tensor { ASin()(self) }
}

struct ASin: CurveOperation {
  var name: String { "asin" }
  static var kernel: bp_unary { BP_ASIN }
  static var gradientKernel: bp_binary { BP_ASIN_GRADIENT }

  func slope(at x: Tensor) -> Tensor { ((1 - x) * (1 + x)).reciprocalSquareRoot() }
}
