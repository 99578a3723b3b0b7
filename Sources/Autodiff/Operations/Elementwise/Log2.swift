import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The logarithm to the base 2, element by element. ∂L/∂x = ∂L/∂y / (x ln 2).
  ///
  /// −∞ at 0, NaN below. Traps if the numbers are whole.
  public func log2() -> Tensor { Log2()(self) }
}

struct Log2: UnaryOperation {
  var name: String { "log2" }
  static var kernel: bp_unary { BP_LOG2 }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let ln2 = 0.693_147_180_559_945_3
    pass.addInPlace(Divide(), with: pass.input(0) * ln2, to: 0)
  }
}
