import BackpropArrays
import BackpropAutodiff

/// The activation that is x where x > 0 and α (eˣ − 1) elsewhere, element by element. Any shape; it has
/// no parameters.
///
/// PyTorch's `ELU`; the function is `Tensor.elu(alpha:)`.
public struct ELU: Layer {
  /// α; the result tends to −α far below zero.
  public let alpha: Double

  /// The layer.
  public init(alpha: Double = 1) { self.alpha = alpha }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.elu(alpha: alpha) }

  public var summaryName: String { alpha == 1 ? "ELU" : "ELU(\(alpha))" }
}
