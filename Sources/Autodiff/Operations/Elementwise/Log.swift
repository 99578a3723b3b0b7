import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The natural logarithm, element by element. ∂L/∂x = ∂L/∂y / x.
  ///
  /// Traps if the numbers are whole.
  public func log() -> Tensor { Log()(self) }
}

struct Log: UnaryOperation {
  var name: String { "log" }
  static var kernel: bp_unary { BP_LOG }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    pass.addInPlace(Divide(), with: pass.input(0), to: 0)
  }
}
