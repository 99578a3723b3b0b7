import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x², element by element: NumPy's `square`. ∂L/∂x = ∂L/∂y · 2x.
  ///
  /// Traps if the numbers are `bool`.
  public func squared() -> Tensor { Square()(self) }
}

struct Square: UnaryOperation {
  var name: String { "squared" }
  static var kernel: bp_unary { BP_SQUARE }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Multiply(), with: pass.input(0) * 2, to: 0)
  }
}
