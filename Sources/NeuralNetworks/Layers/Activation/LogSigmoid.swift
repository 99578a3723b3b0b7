import BackpropArrays
import BackpropAutodiff

/// The activation −ln(1 + e⁻ˣ), element by element. Any shape; it has no parameters.
///
/// PyTorch's `LogSigmoid`; the function is `Tensor.logSigmoid()`.
public struct LogSigmoid: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.logSigmoid() }
}
