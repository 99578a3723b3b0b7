import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// −a, element by element. ∂L/∂a = −∂L/∂y.
  public static prefix func - (a: Tensor) -> Tensor { Negate()(a) }
}

struct Negate: UnaryOperation {
  static let name = "negate"
  static var kernel: bp_unary { BP_NEGATE }

  func backward(_ pass: inout BackwardPass) { pass.add(-pass.cotangent, to: 0) }

  static let samples = [GradientSample("matrix", [.numbers([3, 4])]) { -$0[0] }]
}
