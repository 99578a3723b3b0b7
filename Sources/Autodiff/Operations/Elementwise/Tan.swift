import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The tangent of x in radians, element by element. ∂L/∂x = ∂L/∂y · (1 + y²).
  ///
  /// Traps if the numbers are whole.
  public func tan() -> Tensor { Tan()(self) }
}

struct Tan: CurveOperation {
  var name: String { "tan" }
  static var kernel: bp_unary { BP_TAN }
  static var gradientKernel: bp_binary { BP_TAN_GRADIENT }
  static var slopesByResult: Bool { true }

  func slope(at y: Tensor) -> Tensor { 1 + y.squared() }
}
