import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// What is left of a after `floorDivide` by b, element by element, with broadcasting: a − b
  /// ⌊a / b⌋, which has the sign of b. NumPy's and PyTorch's `remainder`, Python's `%`; Swift's `%` has
  /// the sign of a. Of whole numbers divided by zero, 0.
  ///
  /// ∂L/∂a = ∂L/∂y, ∂L/∂b = −∂L/∂y · ⌊a / b⌋.
  ///
  /// ```swift
  /// Tensor([-7]).remainder(2)                // [1.]
  /// ```
  ///
  /// Traps if the shapes do not broadcast, the types differ, or they are `bool`.
  public func remainder(_ other: Tensor) -> Tensor { Remainder()(self, other) }
  /// The same by a number, which takes the tensor's type.
  public func remainder(_ other: Double) -> Tensor { Remainder()(self, other) }
}

struct Remainder: BinaryOperation {
  var name: String { "remainder" }
  static var kernel: bp_binary { BP_REMAINDER }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(1) ? .inputs : .nothing
  }

  func backward(_ pass: inout BackwardPass) {
    if pass.needsGradient(0) { pass.add(pass.cotangent, to: 0) }
    if pass.needsGradient(1) {
      pass.add(-(pass.cotangent * pass.input(0).floorDivide(pass.input(1))), to: 1)
    }
  }
}
