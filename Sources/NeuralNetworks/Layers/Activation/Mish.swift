import BackpropArrays
import BackpropAutodiff

/// The activation x · tanh(ln(1 + eˣ)), element by element. Any shape; it has no parameters.
///
/// PyTorch's `Mish`; the function is `Tensor.mish()`.
public struct Mish: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.mish() }
}
