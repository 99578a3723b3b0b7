import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The hyperbolic sine, (eˣ − e⁻ˣ) / 2, element by element. ∂L/∂x = ∂L/∂y · cosh x.
  ///
  /// Traps if the numbers are whole.
  public func sinh() -> Tensor { SinH()(self) }
}

struct SinH: UnaryOperation {
  var name: String { "sinh" }
  static var kernel: bp_unary { BP_SINH }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0).cosh(), to: 0)
  }
}
