import BackpropAutodiff

/// Each example as one row: `(batch, 28, 28) -> (batch, 784)`. It has no parameters.
public struct Flatten: Layer {
  /// The layer.
  public init() {}

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.flattened(from: 1) }
}
