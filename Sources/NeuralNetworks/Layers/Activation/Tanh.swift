import BackpropArrays
import BackpropAutodiff

/// The activation the hyperbolic tangent, element by element. Any shape; it has no parameters.
public struct Tanh: ActivationLayer {
  /// The layer.
  public init() {}
  public var activation: Activation { .tanh }
}
