import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Mistakes of shapes, and what the layers say of each.
enum LayerMistakes {
  static let all: [LayerMistake] =
    layers + activations + convolution + normalization + recurrent + attention

  /// A tensor of a shape and a type, and no numbers.
  static func t(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
    Tensor(shapeOnly: TensorType(shape, type))
  }
}

/// A call that does not fit.
struct LayerMistake: Sendable {
  /// The type of the layer.
  let layer: String
  let text: String
  let call: @Sendable (inout RandomSource) throws -> any Sendable

  init(
    _ layer: String, _ text: String,
    _ call: @escaping @Sendable (inout RandomSource) throws -> any Sendable
  ) {
    self.layer = layer
    self.text = text
    self.call = call
  }
}
