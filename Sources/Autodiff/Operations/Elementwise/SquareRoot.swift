import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// √x, element by element: NumPy's `sqrt`. ∂L/∂x = ∂L/∂y / 2y.
  ///
  /// Traps if the numbers are whole.
  public func squareRoot() -> Tensor { SquareRoot()(self) }
}

struct SquareRoot: UnaryOperation {
  var name: String { "squareRoot" }
  var symbol: String { "√" }
  static var kernel: bp_unary { BP_SQUARE_ROOT }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .output }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent / (pass.output * 2), to: 0)
  }
}
