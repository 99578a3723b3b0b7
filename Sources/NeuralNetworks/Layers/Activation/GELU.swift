import BackpropArrays
import BackpropAutodiff

/// The activation x Φ(x) with the normal distribution's Φ, element by element. Any shape; it has no
/// parameters.
///
/// PyTorch's `GELU`; the function is `Tensor.gelu(approximation:)`.
///
/// ```swift
/// GELU()
/// GELU(approximation: .tanh)           // as GPT-2's weights expect it
/// ```
public struct GELU: Layer {
  /// Which formula computes it.
  public let approximation: GELUApproximation

  /// The layer.
  public init(approximation: GELUApproximation = .none) { self.approximation = approximation }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.gelu(approximation: approximation)
  }

  public var summaryName: String { approximation == .none ? "GELU" : "GELU(\(approximation))" }
}
