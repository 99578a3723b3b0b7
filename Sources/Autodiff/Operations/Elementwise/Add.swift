import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a + b, element by element, with broadcasting.
  ///
  /// ∂L/∂a = ∂L/∂y, ∂L/∂b = ∂L/∂y: a sum hands its gradient on to both.
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public static func + (a: Tensor, b: Tensor) -> Tensor { Add()(a, b) }
  /// a + b for a number, which takes the tensor's type.
  public static func + (a: Tensor, b: Double) -> Tensor { Add()(a, b) }
  /// a + b for a number, which takes the tensor's type.
  public static func + (a: Double, b: Tensor) -> Tensor { Add()(a, b) }
  /// Replaces `a` with a + b.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Replaces `a` with a + b.
  public static func += (a: inout Tensor, b: Double) { a = a + b }
}

struct Add: BinaryOperation {
  var name: String { "add" }
  var symbol: String { "+" }
  static var kernel: bp_binary { BP_ADD }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent, to: 0)
    pass.add(pass.cotangent, to: 1)
  }
}
