import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The logarithm to the base 10, element by element. ∂L/∂x = ∂L/∂y / (x ln 10).
  ///
  /// −∞ at 0, NaN below. Traps if the numbers are whole.
  public func log10() -> Tensor { Log10()(self) }
}

struct Log10: UnaryOperation {
  var name: String { "log10" }
  static var kernel: bp_unary { BP_LOG10 }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let ln10 = 2.302_585_092_994_045_7
    pass.addInPlace(Divide(), with: pass.input(0) * ln10, to: 0)
  }
}
