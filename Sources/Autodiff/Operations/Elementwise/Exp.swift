import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// eˣ, element by element. ∂L/∂x = ∂L/∂y · y.
  public func exp() -> Tensor { Exp()(self) }
}

struct Exp: UnaryOperation {
  static let name = "exp"
  static var kernel: bp_unary { BP_EXP }

  func backward(_ pass: inout BackwardPass) { pass.add(pass.cotangent * pass.output, to: 0) }

  static let samples = [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].exp() }]
}
