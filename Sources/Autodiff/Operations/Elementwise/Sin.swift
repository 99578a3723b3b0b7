import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The sine of x in radians, element by element. ∂L/∂x = ∂L/∂y · cos x.
  ///
  /// Traps if the numbers are whole.
  public func sin() -> Tensor { Sin()(self) }
}

struct Sin: UnaryOperation {
  var name: String { "sin" }
  static var kernel: bp_unary { BP_SIN }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0).cos(), to: 0)
  }
}
