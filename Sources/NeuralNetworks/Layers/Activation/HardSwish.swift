import BackpropArrays
import BackpropAutodiff

/// The activation x · max(0, min(x + 3, 6)) / 6, element by element. Any shape; it has no parameters.
///
/// PyTorch's `Hardswish`; the function is `Tensor.hardSwish()`.
public struct HardSwish: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.hardSwish() }
}
