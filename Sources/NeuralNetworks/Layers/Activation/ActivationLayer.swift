import BackpropArrays
import BackpropAutodiff

/// A layer that applies an activation, which a layer before it can take over.
public protocol ActivationLayer: Layer {
  /// The function that is applied.
  var activation: Activation { get }
}

extension ActivationLayer {
  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { activation(input) }
}
