import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// −a, element by element. ∂L/∂a = −∂L/∂y.
  ///
  /// Traps if the numbers are `bool`.
  public static prefix func - (a: Tensor) -> Tensor { Negate()(a) }
}

struct Negate: UnaryOperation {
  var name: String { "negate" }
  static var kernel: bp_unary { BP_NEGATE }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) { pass.add(-pass.cotangent, to: 0) }
}
