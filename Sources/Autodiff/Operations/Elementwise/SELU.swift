import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The scaled exponential linear unit, λ x where x > 0 and λ α (eˣ − 1) elsewhere, element by element:
  /// PyTorch's `selu`.
  ///
  /// With λ = 1.0507… and α = 1.6733…, and weights of variance 1 / inputs (`Initializer.lecun`), the
  /// results of layer after layer tend to mean 0 and variance 1. ∂L/∂x = ∂L/∂y · λ where x > 0, else
  /// ∂L/∂y · λ α eˣ.
  ///
  /// Source: Klambauer et al., "Self-Normalizing Neural Networks" (2017).
  ///
  /// Traps if the numbers are whole.
  public func selu() -> Tensor { SELU()(self) }
}

struct SELU: FormulaOperation {
  private static let scale = 1.050_700_987_355_480_5
  private static let alpha = 1.673_263_242_354_377_2

  var name: String { "selu" }
  static var formula: bp_formula { BP_ELU }
  static var gradientFormula: bp_formula { BP_ELU_GRADIENT }
  var settings: (Double, Double) { (Self.scale * Self.alpha, Self.scale) }

  func slope(at x: Tensor) -> Tensor {
    Tensor.where(x .> 0, Self.scale, x.exp() * (Self.scale * Self.alpha))
  }
}
