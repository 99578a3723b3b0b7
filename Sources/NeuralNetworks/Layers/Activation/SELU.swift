import BackpropArrays
import BackpropAutodiff

/// The activation of self-normalizing networks, element by element. Any shape; it has no parameters.
///
/// PyTorch's `SELU`; the function is `Tensor.selu()`. The weights before it should start as
/// ``Initializer/lecun``.
public struct SELU: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.selu() }
}
