import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The hyperbolic cosine, (eˣ + e⁻ˣ) / 2, element by element. ∂L/∂x = ∂L/∂y · sinh x.
  ///
  /// Traps if the numbers are whole.
  public func cosh() -> Tensor { CosH()(self) }
}

struct CosH: UnaryOperation {
  var name: String { "cosh" }
  static var kernel: bp_unary { BP_COSH }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0).sinh(), to: 0)
  }
}
