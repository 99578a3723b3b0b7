import BackpropArrays
import CBackpropKernels

/// How the Gaussian error linear unit is computed.
public enum GELUApproximation: String, Sendable, Hashable, CaseIterable, Codable {
  /// As it is defined.
  case none
  /// By a hyperbolic tangent, as networks of the time did whose weights expect it: GPT-2's.
  case tanh
}

extension Tensor {
  /// The Gaussian error linear unit, x Φ(x), element by element, where Φ is the distribution function of
  /// the standard normal distribution: PyTorch's `gelu`.
  ///
  /// Φ(x) = ½ (1 + erf(x / √2)); ∂L/∂x = ∂L/∂y · (Φ(x) + x φ(x)) with the density
  /// φ(x) = exp(−x² / 2) / √(2π). Approximated, y = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), and the
  /// gradient is that of this formula.
  ///
  /// Where Φ vanishes the result keeps its digits, and at −∞ it is the limit, 0.
  ///
  /// Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).
  ///
  /// Traps if the numbers are whole.
  ///
  /// - Parameter approximation: which of the two formulas.
  public func gelu(approximation: GELUApproximation = .none) -> Tensor {
    switch approximation {
    case .none: GELU()(self)
    case .tanh: TanhGELU()(self)
    }
  }
}

struct GELU: CurveOperation {
  var name: String { "gelu" }
  static var kernel: bp_unary { BP_GELU }
  static var gradientKernel: bp_binary { BP_GELU_GRADIENT }

  func slope(at x: Tensor) -> Tensor {
    let probability = ((x * 0.5.squareRoot()).erf() + 1) * 0.5
    let density = (x.squared() * -0.5).exp() * (1 / (2 * Double.pi).squareRoot())
    return probability + x * density
  }
}
