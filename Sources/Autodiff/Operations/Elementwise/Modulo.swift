import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// a − b ⌊a / b⌋, element by element, with broadcasting: what is left of a when whole multiples of b
  /// are taken away, of the sign of b. NumPy's `mod` and `remainder`, PyTorch's `remainder`, Python's
  /// `%`; Swift's `%` takes the sign of a.
  ///
  /// ∂L/∂a = ∂L/∂y, ∂L/∂b = −∂L/∂y · ⌊a / b⌋, as in PyTorch.
  ///
  /// ```swift
  /// Tensor([-7, 7]).modulo(3)                // [2. 1.]
  /// ```
  ///
  /// NaN where b is 0. Traps if the shapes do not broadcast, the types differ, or the numbers are
  /// whole.
  public func modulo(_ divisor: Tensor) -> Tensor { Modulo()(self, divisor) }
  /// What is left of each element when whole multiples of a number are taken away, of its sign.
  ///
  /// Traps if the numbers are whole.
  public func modulo(_ divisor: Double) -> Tensor { Modulo()(self, divisor) }
}

struct Modulo: BinaryOperation {
  var name: String { "modulo" }
  static var kernel: bp_binary { BP_MODULO }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.needsGradient(1) ? .inputs : .nothing
  }

  func backward(_ pass: inout BackwardPass) {
    pass.add(pass.cotangent, to: 0)
    if pass.needsGradient(1) {
      pass.add(-(pass.cotangent * pass.input(0).floorDivided(by: pass.input(1))), to: 1)
    }
  }
}
