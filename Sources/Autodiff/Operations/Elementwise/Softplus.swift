import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// ln(1 + exp(β x)) / β, element by element, a smooth ``relu()``: PyTorch's `softplus`.
  ///
  /// ∂L/∂x = ∂L/∂y · sigmoid(β x). Where β x is above the threshold the result is x itself and the
  /// gradient ∂L/∂y. Neither overflows, and far below zero all digits stay.
  ///
  /// ```swift
  /// Tensor([-1000, 0, 1000]).softplus()        // [0. 0.6931472 1000.]
  /// ```
  ///
  /// Traps if the numbers are whole.
  ///
  /// - Parameters:
  ///   - beta: β, how sharp the bend is.
  ///   - threshold: from where on the function is a straight line. At PyTorch's 20, the line is 2·10⁻⁹
  ///     below the curve.
  public func softplus(beta: Double = 1, threshold: Double = 20) -> Tensor {
    Softplus(beta: beta, threshold: threshold)(self)
  }
}

struct Softplus: FormulaOperation {
  let beta: Double
  let threshold: Double

  var name: String { "softplus" }
  var details: String { beta == 1 ? "" : "β \(beta)" }
  static var formula: bp_formula { BP_SOFTPLUS }
  static var gradientFormula: bp_formula { BP_SOFTPLUS_GRADIENT }
  var settings: (Double, Double) { (beta, threshold) }

  func slope(at x: Tensor) -> Tensor {
    let z = x * beta
    return Tensor.where(z .> threshold, 1, z.sigmoid())
  }
}
