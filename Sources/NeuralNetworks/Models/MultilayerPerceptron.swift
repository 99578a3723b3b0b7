import BackpropArrays
import BackpropAutodiff

/// Fully connected layers with an activation after each but the last, and dropout after each of these
/// if asked for.
///
/// `(batch, inputs) -> (batch, outputs)`. Parameters are named `layers.0.weight`,
/// `layers.0.bias`, `layers.1.weight`, … The results are raw (logits).
///
/// ```swift
/// let network = MultilayerPerceptron([784, 50, 100, 10], activation: .sigmoid, using: &random)
/// ```
public struct MultilayerPerceptron: Layer {
  /// The fully connected layers, first to last.
  public let layers: [Linear]
  /// What is dropped after each activation in training; `nil` for nothing.
  public let dropout: Dropout?
  // Last, where it fits behind the dropout: an `any Layer` holds three words without a box.
  /// The function after every layer but the last.
  public let activation: Activation

  /// A network with random weights.
  ///
  /// Traps if there are fewer than two widths, or one is not positive.
  ///
  /// - Parameters:
  ///   - widths: the length of a row of input, of each hidden layer's output, and of the result.
  ///   - activation: the function after every layer but the last.
  ///   - hasBias: whether the layers add a bias.
  ///   - dropout: how likely a number is dropped after an activation; 0 for no dropout.
  ///   - initializer: what the weights start as; `nil` chooses by the activation.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ widths: [Int], activation: Activation = .relu, hasBias: Bool = true,
    dropout: Double = 0, initializer: Initializer? = nil, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    guard widths.count >= 2, widths.allSatisfy({ $0 > 0 }) else {
      fatalError(
        "MultilayerPerceptron: \(widths) are no widths; give those of the input, the hidden "
          + "layers and the output, such as [784, 50, 10]")
    }
    let start = initializer ?? .suited(to: activation)
    var layers: [Linear] = []
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      layers.append(
        Linear(
          inputs, outputs, hasBias: hasBias, initializer: start, biasInitializer: .zeros,
          scalarType: scalarType,
          using: &random))
    }
    self.init(layers, activation: activation, dropout: dropout)
  }

  /// A network of given layers.
  ///
  /// - Parameters:
  ///   - layers: first to last.
  ///   - activation: the function after every layer but the last.
  ///   - dropout: how likely a number is dropped after an activation; 0 for no dropout.
  public init(_ layers: [Linear], activation: Activation, dropout: Double = 0) {
    self.layers = layers
    self.activation = activation
    self.dropout = dropout == 0 ? nil : Dropout(dropout)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var x = input
    for index in layers.indices {
      let after = index == layers.count - 1 ? .identity : activation
      x =
        mode.isObserved
        ? after(layers[index](x, mode))
        : Linear.apply(layers[index].lent, to: consume x, activation: after, mode)
      if let dropout, index < layers.count - 1 { x = dropout(x, mode) }
    }
    return x
  }
}
