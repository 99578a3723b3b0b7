import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The larger of two numbers, element by element, with broadcasting; NaN where either is NaN.
  /// The largest of one tensor's elements is ``max(axes:keepDims:)``.
  ///
  /// The gradient goes to the larger one; where both are equal, half to each, as in PyTorch and JAX.
  ///
  /// ```swift
  /// x.maximum(0)                   // what is negative becomes 0
  /// x.maximum(-1).minimum(1)       // NumPy's clip(x, -1, 1)
  /// ```
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public func maximum(_ other: Tensor) -> Tensor { Maximum()(self, other) }
  /// The larger of each element and a number, which takes the tensor's type.
  public func maximum(_ other: Double) -> Tensor { Maximum()(self, other) }
}

struct Maximum: BinaryOperation {
  var name: String { "maximum" }
  static var kernel: bp_binary { BP_MAXIMUM }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .inputs }

  func backward(_ pass: inout BackwardPass) { passToChosen(&pass) { $0 .> $1 } }
}

extension BinaryOperation {
  /// The gradient of the larger or smaller of two: to the one that was chosen, half to each where
  /// they are equal.
  ///
  /// - Parameter isChosen: whether the first of the two is chosen before the second.
  func passToChosen(_ pass: inout BackwardPass, _ isChosen: (Tensor, Tensor) -> Tensor) {
    let (a, b, g) = (pass.input(0), pass.input(1), pass.cotangent)
    // Chosen and not multiplied, so that nothing of one side reaches the other.
    let shared = Tensor.where(a .== b, g * 0.5, 0)
    if pass.needsGradient(0) { pass.add(Tensor.where(isChosen(a, b), g, shared), to: 0) }
    if pass.needsGradient(1) { pass.add(Tensor.where(isChosen(b, a), g, shared), to: 1) }
  }
}
