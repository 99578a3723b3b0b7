import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The error function, 2/√π ∫₀ˣ exp(−t²) dt, element by element: SciPy's and PyTorch's `erf`.
  ///
  /// ∂L/∂x = ∂L/∂y · 2/√π · exp(−x²).
  ///
  /// ```swift
  /// 0.5 * x * (1 + (x / 2.0.squareRoot()).erf())      // GELU
  /// ```
  ///
  /// Traps if the numbers are whole.
  public func erf() -> Tensor { Erf()(self) }
}

struct Erf: UnaryOperation {
  var name: String { "erf" }
  static var kernel: bp_unary { BP_ERF }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let slope = (-pass.input(0).squared()).exp() * (2 / Double.pi.squareRoot())
    pass.addInPlace(Multiply(), with: slope, to: 0)
  }
}
