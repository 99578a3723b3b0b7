import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The cosine of x in radians, element by element. ∂L/∂x = −∂L/∂y · sin x.
  ///
  /// Traps if the numbers are whole.
  public func cos() -> Tensor { Cos()(self) }
}

struct Cos: UnaryOperation {
  var name: String { "cos" }
  static var kernel: bp_unary { BP_COS }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: -pass.input(0).sin(), to: 0)
  }
}
