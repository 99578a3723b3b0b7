import BackpropArrays
import BackpropAutodiff

/// The activation max(x, 0), element by element. Any shape; it has no parameters.
public struct ReLU: ActivationLayer {
  /// The layer.
  public init() {}
  public var activation: Activation { .relu }
}
