import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// √x, element by element: NumPy's `sqrt`. ∂L/∂x = ∂L/∂y / 2y.
  public func squareRoot() -> Tensor { SquareRoot()(self) }
}

struct SquareRoot: UnaryOperation {
  static let name = "squareRoot"
  static let symbol = "√"
  static var kernel: bp_unary { BP_SQUARE_ROOT }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent / (pass.output * 2), to: 0)
  }

  static let samples = [GradientSample("matrix", [.positives([3, 4])]) { $0[0].squareRoot() }]
}
