import BackpropArrays
import CBackpropKernels

/// What tanh's gradient is computed with: g · (1 − y²), for a cotangent g and tanh's result y.
struct TanhGradient: BinaryOperation {
  static let name = "tanhGradient"
  static var kernel: bp_binary { BP_TANH_GRADIENT }

  func backward(_ pass: inout BackwardPass) {
    let (g, y) = (pass.input(0), pass.input(1))
    if pass.needsGradient(0) { pass.add(TanhGradient()(pass.cotangent, y), to: 0) }
    if pass.needsGradient(1) { pass.add(pass.cotangent * g * y * -2, to: 1) }
  }

  static let samples = [
    GradientSample("by both", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) {
      TanhGradient()($0[0], $0[1])
    }
  ]
}
