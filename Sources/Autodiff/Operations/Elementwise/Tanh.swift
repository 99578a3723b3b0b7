import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The hyperbolic tangent, element by element. ∂L/∂x = ∂L/∂y · (1 − y²).
  ///
  /// Traps if the numbers are whole.
  public func tanh() -> Tensor { Tanh()(self) }
}

struct Tanh: UnaryOperation {
  var name: String { "tanh" }
  static var kernel: bp_unary { BP_TANH }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(TanhGradient(), with: pass.output, to: 0)
  }
}
