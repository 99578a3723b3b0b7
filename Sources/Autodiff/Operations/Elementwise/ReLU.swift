import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The rectified linear unit, max(x, 0), element by element.
  ///
  /// ∂L/∂x = ∂L/∂y where x > 0, else 0 (at 0 too, as PyTorch has it).
  public func relu() -> Tensor { ReLU()(self) }
}

struct ReLU: UnaryOperation {
  static let name = "relu"
  static var kernel: bp_unary { BP_RELU }

  func backward(_ pass: inout BackwardPass) {
    pass.add(ReLUGradient()(pass.cotangent, pass.output), to: 0)
  }

  static let samples = [GradientSample("matrix", [.numbers([3, 4])]) { $0[0].relu() }]
}
