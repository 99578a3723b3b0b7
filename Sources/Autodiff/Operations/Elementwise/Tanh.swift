import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The hyperbolic tangent, element by element. ∂L/∂x = ∂L/∂y · (1 − y²).
  public func tanh() -> Tensor { Tanh()(self) }
}

struct Tanh: UnaryOperation {
  static let name = "tanh"
  static var kernel: bp_unary { BP_TANH }

  func backward(_ pass: inout BackwardPass) {
    pass.add(TanhGradient()(pass.cotangent, pass.output), to: 0)
  }

  static let samples = [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].tanh() }]
}
