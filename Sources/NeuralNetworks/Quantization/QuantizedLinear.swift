import BackpropArrays
import BackpropAutodiff

/// Computes a linear layer by weights in blocks of whole numbers, in the place of those of `float32`:
/// for use and not for training.
///
/// ``Module/quantizeLinearLayers(as:)`` puts it into the layers of a model. The blocks are the layer's
/// weight (`Parameter.quantized`); where numbers took their place, as when a file is loaded, the layer
/// computes as ever.
public struct QuantizedLinear: LinearAdapter {
  init() {}

  public func callAsFunction(
    _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
  ) -> Tensor {
    guard let matrix = layer.weight.quantized else {
      return input.affine(layer.weight.tensor, layer.bias?.tensor, activation: activation)
    }
    let operation = QuantizedAffine(matrix: matrix)
    return activation(
      layer.bias.map { operation(input, $0.tensor) } ?? operation(input))
  }
}
