import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The exponential linear unit, x where x > 0 and α (eˣ − 1) elsewhere, element by element: PyTorch's
  /// `elu`.
  ///
  /// ∂L/∂x = ∂L/∂y where x > 0, else ∂L/∂y · α eˣ.
  ///
  /// Source: Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by
  /// Exponential Linear Units (ELUs)" (2016).
  ///
  /// Traps if the numbers are whole.
  ///
  /// - Parameter alpha: α; the function tends to −α far below zero.
  public func elu(alpha: Double = 1) -> Tensor { ELU(alpha: alpha)(self) }
}

struct ELU: FormulaOperation {
  let alpha: Double

  var name: String { "elu" }
  var details: String { alpha == 1 ? "" : "α \(alpha)" }
  static var formula: bp_formula { BP_ELU }
  static var gradientFormula: bp_formula { BP_ELU_GRADIENT }
  var settings: (Double, Double) { (alpha, 1) }

  func slope(at x: Tensor) -> Tensor { Tensor.where(x .> 0, 1, x.exp() * alpha) }
}
