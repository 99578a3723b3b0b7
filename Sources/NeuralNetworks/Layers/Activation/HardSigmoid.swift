import BackpropArrays
import BackpropAutodiff

/// The activation max(0, min(x + 3, 6)) / 6, element by element. Any shape; it has no parameters.
///
/// PyTorch's `Hardsigmoid`; the function is `Tensor.hardSigmoid()`.
public struct HardSigmoid: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.hardSigmoid() }
}
