import BackpropArrays
import BackpropAutodiff

/// Computes a linear layer by weights in blocks of whole numbers, in the place of those of `float32`:
/// for use and not for training.
///
/// ``Module/quantizeLinearLayers(as:)`` puts it into the layers of a model. The layer's weight then is
/// what the blocks stand for, worked out each time that someone asks for its numbers.
public struct QuantizedLinear: LinearAdapter {
  /// The weights.
  public let matrix: QuantizedMatrix

  init(_ matrix: QuantizedMatrix) { self.matrix = matrix }

  public func callAsFunction(
    _ input: Tensor, of layer: Linear, then activation: Activation, _ mode: Mode
  ) -> Tensor {
    let operation = QuantizedAffine(matrix: matrix)
    return activation(
      layer.bias.map { operation(input, $0.tensor) } ?? operation(input))
  }

  // The blocks are the layer's weight.
  public var members: [ModuleMember] { [] }

  public var summaryName: String {
    "QuantizedLinear(\(matrix.inputs) -> \(matrix.outputs), \(matrix.format.rawValue))"
  }
}
