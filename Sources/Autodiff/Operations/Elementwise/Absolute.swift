import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// |x|, element by element: NumPy's `abs`.
  ///
  /// ∂L/∂x = ∂L/∂y · sign x, which is 0 at 0, as PyTorch has it.
  ///
  /// Traps if the numbers are `bool`.
  public func absolute() -> Tensor { Absolute()(self) }
}

struct Absolute: UnaryOperation {
  var name: String { "absolute" }
  static var kernel: bp_unary { BP_ABSOLUTE }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0).sign(), to: 0)
  }
}
