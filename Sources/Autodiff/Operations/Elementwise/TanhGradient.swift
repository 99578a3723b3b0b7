import BackpropArrays
import CBackpropKernels

/// What tanh's gradient is computed with: g · (1 − y²), for a cotangent g and tanh's result y.
struct TanhGradient: BinaryOperation {
  var name: String { "tanhGradient" }
  static var kernel: bp_binary { BP_TANH_GRADIENT }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(1) ? [.input(0), .input(1)] : .input(1)
  }

  func backward(_ pass: inout BackwardPass) {
    let y = pass.input(1)
    if pass.needsGradient(0) { pass.add(TanhGradient()(pass.cotangent, y), to: 0) }
    if pass.needsGradient(1) { pass.add(pass.cotangent * pass.input(0) * y * -2, to: 1) }
  }
}
