import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a / b, element by element, with broadcasting.
  ///
  /// ∂L/∂a = ∂L/∂y / b, ∂L/∂b = −∂L/∂y · a / b².
  ///
  /// Traps if the shapes do not broadcast, the types differ, or the numbers are whole.
  public static func / (a: Tensor, b: Tensor) -> Tensor { Divide()(a, b) }
  /// a / b for a number, which takes the tensor's type.
  public static func / (a: Tensor, b: Double) -> Tensor { Divide()(a, b) }
  /// a / b for a number, which takes the tensor's type.
  public static func / (a: Double, b: Tensor) -> Tensor { Divide()(a, b) }
  /// Replaces `a` with a / b.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
  /// Replaces `a` with a / b.
  public static func /= (a: inout Tensor, b: Double) { a = a / b }
}

struct Divide: BinaryOperation {
  var name: String { "divide" }
  var symbol: String { "÷" }
  static var kernel: bp_binary { BP_DIVIDE }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(1) ? [.input(1), .output] : .input(1)
  }

  func backward(_ pass: inout BackwardPass) {
    let divisor = pass.input(1)
    guard pass.needsGradient(1) else { return pass.addInPlace(Divide(), with: divisor, to: 0) }
    if pass.needsGradient(0) { pass.add(pass.cotangent / divisor, to: 0) }
    pass.add(-(pass.cotangent * pass.output) / divisor, to: 1)
  }
}
