import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a + b, element by element, with broadcasting.
  ///
  /// ∂L/∂a = ∂L/∂y, ∂L/∂b = ∂L/∂y: a sum hands its gradient on to both.
  public static func + (a: Tensor, b: Tensor) -> Tensor { Add()(a, b) }
  /// a + b for a number, which takes the tensor's type.
  public static func + (a: Tensor, b: Double) -> Tensor { Add()(a, a.constant(b)) }
  /// a + b for a number, which takes the tensor's type.
  public static func + (a: Double, b: Tensor) -> Tensor { Add()(b.constant(a), b) }
  /// Replaces `a` with a + b.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Replaces `a` with a + b.
  public static func += (a: inout Tensor, b: Double) { a = a + b }
}

struct Add: BinaryOperation {
  static let name = "add"
  static let symbol = "+"
  static var kernel: bp_binary { BP_ADD }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent, to: 0)
    pass.add(pass.cotangent, to: 1)
  }

  static let samples = [
    GradientSample("same shapes", [.numbers([3, 4]), .numbers([3, 4], seed: 2)]) { $0[0] + $0[1] },
    GradientSample("a row added to each row", [.numbers([3, 4]), .numbers([4], seed: 2)]) {
      $0[0] + $0[1]
    },
    GradientSample("both repeated", [.numbers([3, 1]), .numbers([1, 4], seed: 2)]) {
      $0[0] + $0[1]
    },
    GradientSample("a tensor with itself", [.numbers([3])]) { $0[0] + $0[0] },
  ]
}
