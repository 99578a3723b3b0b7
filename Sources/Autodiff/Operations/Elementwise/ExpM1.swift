import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// eˣ − 1, element by element, with all digits for small x too, where `x.exp() - 1` has lost them:
  /// C's, NumPy's and PyTorch's `expm1`. ∂L/∂x = ∂L/∂y · eˣ.
  ///
  /// ```swift
  /// Tensor([1e-10]).expm1()                 // [1.e-10]
  /// ```
  ///
  /// Traps if the numbers are whole.
  public func expm1() -> Tensor { ExpM1()(self) }
}

struct ExpM1: CurveOperation {
  var name: String { "expm1" }
  static var kernel: bp_unary { BP_EXPM1 }
  static var gradientKernel: bp_binary { BP_EXPM1_GRADIENT }

  func slope(at x: Tensor) -> Tensor { x.exp() }
}
