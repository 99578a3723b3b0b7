import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// x where x > 0 and `slope` · x elsewhere, element by element: PyTorch's `leaky_relu`. With a slope
  /// that is learned it is ``prelu(_:)``.
  ///
  /// ∂L/∂x = ∂L/∂y where x > 0, else ∂L/∂y · slope.
  ///
  /// Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models"
  /// (2013).
  ///
  /// Traps if the numbers are whole.
  public func leakyReLU(slope: Double = 0.01) -> Tensor { LeakyReLU(slope: slope)(self) }
}

struct LeakyReLU: FormulaOperation {
  let slope: Double

  var name: String { "leakyReLU" }
  var details: String { "slope \(slope)" }
  static var formula: bp_formula { BP_LEAKY_RELU }
  static var gradientFormula: bp_formula { BP_LEAKY_RELU_GRADIENT }
  var settings: (Double, Double) { (slope, 0) }

  func slope(at x: Tensor) -> Tensor {
    Tensor.where(x .> 0, 1, Tensor(slope, scalarType: x.scalarType))
  }
}
