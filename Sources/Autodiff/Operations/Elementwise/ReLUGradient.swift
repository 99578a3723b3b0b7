import BackpropArrays
import CBackpropKernels

/// What relu's gradient is computed with: the cotangent where relu's result is positive, else 0.
struct ReLUGradient: BinaryOperation {
  var name: String { "reluGradient" }
  static var kernel: bp_binary { BP_RELU_GRADIENT }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  /// It is linear in the cotangent, and by relu's result its derivative is zero.
  func backward(_ pass: inout BackwardPass) {
    if pass.needsGradient(0) { pass.add(ReLUGradient()(pass.cotangent, pass.input(1)), to: 0) }
  }
}
