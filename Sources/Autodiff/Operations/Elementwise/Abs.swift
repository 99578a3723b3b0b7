import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// |x|, element by element.
  ///
  /// ∂L/∂x = ∂L/∂y · sign x, which is 0 at 0, as PyTorch has it.
  ///
  /// Traps if the numbers are `bool`.
  public func abs() -> Tensor { Abs()(self) }
}

struct Abs: UnaryOperation {
  var name: String { "abs" }
  static var kernel: bp_unary { BP_ABSOLUTE }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0).sign(), to: 0)
  }
}
