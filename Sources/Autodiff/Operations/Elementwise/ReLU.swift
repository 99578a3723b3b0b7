import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The rectified linear unit, max(x, 0), element by element.
  ///
  /// ∂L/∂x = ∂L/∂y where x > 0, else 0 (at 0 too, as PyTorch has it).
  ///
  /// Traps if the numbers are whole.
  public func relu() -> Tensor { ReLU()(self) }
}

struct ReLU: UnaryOperation {
  var name: String { "relu" }
  static var kernel: bp_unary { BP_RELU }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(ReLUGradient(), with: pass.output, to: 0)
  }
}
