import BackpropArrays
import CBackpropKernels

/// What relu's gradient is computed with: the cotangent where relu's result is positive, else 0.
struct ReLUGradient: BinaryOperation {
  static let name = "reluGradient"
  static var kernel: bp_binary { BP_RELU_GRADIENT }

  /// It is linear in the cotangent, and by relu's result its derivative is zero.
  func backward(_ pass: inout BackwardPass) {
    if pass.needsGradient(0) { pass.add(ReLUGradient()(pass.cotangent, pass.input(1)), to: 0) }
  }

  static let samples = [
    GradientSample("by the cotangent", [.numbers([3, 4])]) {
      ReLUGradient()($0[0], Tensor(NDArray.numbers([3, 4], seed: 2)))
    }
  ]
}
