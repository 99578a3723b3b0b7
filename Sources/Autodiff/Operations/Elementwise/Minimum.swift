import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The smaller of two numbers, element by element, with broadcasting; NaN where either is NaN.
  /// The smallest of one tensor's elements is ``min(axes:keepDims:)``.
  ///
  /// The gradient goes to the smaller one; where both are equal, half to each, as in PyTorch and JAX.
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public func minimum(_ other: Tensor) -> Tensor { Minimum()(self, other) }
  /// The smaller of each element and a number, which takes the tensor's type.
  public func minimum(_ other: Double) -> Tensor { Minimum()(self, other) }
}

struct Minimum: BinaryOperation {
  var name: String { "minimum" }
  static var kernel: bp_binary { BP_MINIMUM }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .inputs }

  func backward(_ pass: inout BackwardPass) { passToChosen(&pass) { $0 .< $1 } }
}
