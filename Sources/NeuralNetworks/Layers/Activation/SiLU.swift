import BackpropArrays
import BackpropAutodiff

/// The activation x · sigmoid(x), also called swish, element by element. Any shape; it has no
/// parameters.
///
/// PyTorch's `SiLU`; the function is `Tensor.silu()`.
public struct SiLU: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.silu() }
}
