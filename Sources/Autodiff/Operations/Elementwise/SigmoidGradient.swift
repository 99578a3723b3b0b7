import BackpropArrays
import CBackpropKernels

/// What sigmoid's gradient is computed with: g · y (1 − y), for a cotangent g and sigmoid's result
/// y. One kernel instead of three.
struct SigmoidGradient: BinaryOperation {
  var name: String { "sigmoidGradient" }
  static var kernel: bp_binary { BP_SIGMOID_GRADIENT }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(1) ? [.input(0), .input(1)] : .input(1)
  }

  func backward(_ pass: inout BackwardPass) {
    let y = pass.input(1)
    if pass.needsGradient(0) { pass.add(SigmoidGradient()(pass.cotangent, y), to: 0) }
    if pass.needsGradient(1) { pass.add(pass.cotangent * pass.input(0) * (1 - 2 * y), to: 1) }
  }
}
