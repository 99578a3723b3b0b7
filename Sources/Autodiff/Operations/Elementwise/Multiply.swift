import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a · b, element by element, with broadcasting. The matrix product is
  /// ``matmul(_:transposingSelf:transposingOther:)``.
  ///
  /// ∂L/∂a = ∂L/∂y · b, ∂L/∂b = ∂L/∂y · a: a product hands each side the other's value.
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public static func * (a: Tensor, b: Tensor) -> Tensor { Multiply()(a, b) }
  /// a · b for a number, which takes the tensor's type.
  public static func * (a: Tensor, b: Double) -> Tensor { Multiply()(a, b) }
  /// a · b for a number, which takes the tensor's type.
  public static func * (a: Double, b: Tensor) -> Tensor { Multiply()(a, b) }
  /// Replaces `a` with a · b.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Replaces `a` with a · b.
  public static func *= (a: inout Tensor, b: Double) { a = a * b }
}

struct Multiply: BinaryOperation {
  var name: String { "multiply" }
  var symbol: String { "×" }
  static var kernel: bp_binary { BP_MULTIPLY }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .otherSide(inputs) }

  func backward(_ pass: inout BackwardPass) {
    if pass.needsGradient(0), pass.needsGradient(1) {
      pass.add(pass.cotangent * pass.input(1), to: 0)
    }
    if pass.needsGradient(1) {
      pass.addInPlace(Multiply(), with: pass.input(0), to: 1)
    } else {
      pass.addInPlace(Multiply(), with: pass.input(1), to: 0)
    }
  }
}
