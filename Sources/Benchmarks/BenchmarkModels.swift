import Backprop

/// The networks that several works measure.
enum BenchmarkModels {
  /// A convolutional network of the kind of LeNet for pictures of 1 x 28 x 28: two convolutions, two
  /// linear layers.
  static func leNet(using random: inout RandomSource) -> Sequential {
    Sequential {
      Conv2D(1, 16, kernel: 3, padding: 1, using: &random)
      ReLU()
      MaxPool2D(2)
      Conv2D(16, 32, kernel: 3, padding: 1, using: &random)
      ReLU()
      MaxPool2D(2)
      Flatten()
      Linear(1568, 128, using: &random)
      ReLU()
      Linear(128, 10, using: &random)
    }
  }

  /// How many tokens `gpt` knows, and how many it looks back on.
  static let (vocabulary, length) = (65, 64)

  /// A small transformer of GPT-2's form: four layers of 128, four heads.
  static func gpt(using random: inout RandomSource) -> GPT {
    GPT(
      vocabularySize: vocabulary, contextLength: length, width: 128, layers: 4, heads: 4,
      using: &random)
  }

  /// Random tokens for it.
  static func tokens(_ shape: Shape, using random: inout RandomSource) -> Tensor {
    Tensor(
      (0..<shape.elementCount).map { _ in Int.random(in: 0..<vocabulary, using: &random) },
      shape: shape)
  }
}
