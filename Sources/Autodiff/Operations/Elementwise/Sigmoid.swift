import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The logistic function, 1 / (1 + e⁻ˣ), element by element.
  ///
  /// ∂L/∂x = ∂L/∂y · y (1 − y).
  public func sigmoid() -> Tensor { Sigmoid()(self) }
}

struct Sigmoid: UnaryOperation {
  static let name = "sigmoid"
  static var kernel: bp_unary { BP_SIGMOID }

  func backward(_ pass: inout BackwardPass) {
    pass.add(SigmoidGradient()(pass.cotangent, pass.output), to: 0)
  }

  static let samples = [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].sigmoid() }]
}
