import BackpropArrays
import BackpropAutodiff

/// A layer that applies an activation, which a layer before it can take over.
public protocol ActivationLayer: Layer {
  /// The function that is applied.
  var activation: Activation { get }
}

extension ActivationLayer {
  public func callAsFunction(_ input: Tensor) -> Tensor { activation(input) }
  public func outputShape(for input: Shape) throws(ShapeError) -> Shape { input }
}
