import BackpropArrays
import BackpropAutodiff

/// The activation 1 / (1 + e⁻ˣ), element by element. Any shape; it has no parameters.
public struct Sigmoid: ActivationLayer {
  /// The layer.
  public init() {}
  public var activation: Activation { .sigmoid }
}
