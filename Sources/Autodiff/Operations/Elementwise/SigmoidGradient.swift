import BackpropArrays
import CBackpropKernels

/// What sigmoid's gradient is computed with: g · y (1 − y), for a cotangent g and sigmoid's result
/// y. One kernel instead of three.
struct SigmoidGradient: BinaryOperation {
  static let name = "sigmoidGradient"
  static var kernel: bp_binary { BP_SIGMOID_GRADIENT }

  func backward(_ pass: inout BackwardPass) {
    let (g, y) = (pass.input(0), pass.input(1))
    if pass.needsGradient(0) { pass.add(SigmoidGradient()(pass.cotangent, y), to: 0) }
    if pass.needsGradient(1) { pass.add(pass.cotangent * g * (1 - 2 * y), to: 1) }
  }

  static let samples = [
    GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
      SigmoidGradient()($0[0], $0[1])
    }
  ]
}
