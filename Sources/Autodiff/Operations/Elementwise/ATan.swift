import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The angle between −π/2 and π/2 whose tangent is x, element by element: NumPy's `arctan`.
  /// ∂L/∂x = ∂L/∂y / (1 + x²).
  ///
  /// Traps if the numbers are whole.
  public func atan() -> Tensor { ATan()(self) }
}

struct ATan: CurveOperation {
  var name: String { "atan" }
  static var kernel: bp_unary { BP_ATAN }
  static var gradientKernel: bp_binary { BP_ATAN_GRADIENT }

  func slope(at x: Tensor) -> Tensor { (1 + x.squared()).reciprocal() }
}
