import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// eˣ, element by element. ∂L/∂x = ∂L/∂y · y.
  ///
  /// Traps if the numbers are whole.
  public func exp() -> Tensor { Exp()(self) }
}

struct Exp: UnaryOperation {
  var name: String { "exp" }
  static var kernel: bp_unary { BP_EXP }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.output, to: 0)
  }
}
