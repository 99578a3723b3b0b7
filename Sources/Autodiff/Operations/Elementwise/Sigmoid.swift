import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The logistic function, 1 / (1 + e⁻ˣ), element by element.
  ///
  /// ∂L/∂x = ∂L/∂y · y (1 − y).
  ///
  /// Traps if the numbers are whole.
  public func sigmoid() -> Tensor { Sigmoid()(self) }
}

struct Sigmoid: UnaryOperation {
  var name: String { "sigmoid" }
  static var kernel: bp_unary { BP_SIGMOID }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(SigmoidGradient(), with: pass.output, to: 0)
  }
}
