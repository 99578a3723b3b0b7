import BackpropArrays
import BackpropAutodiff

/// The course's network: one hidden layer and an output layer.
///
/// `(batch, inputs) -> (batch, outputs)`, y = activation(x W₁ + b₁) W₂ + b₂. The results are raw
/// (logits): `crossEntropy` and `softmax` turn them into probabilities.
///
/// ```swift
/// let network = TwoLayerNet(784, 50, 10, using: &random)
/// let loss = crossEntropy(logits: network(images), targets: labels)
/// ```
public struct TwoLayerNet: Layer {
  /// The hidden layer.
  public let hidden: Linear
  /// The output layer.
  public let output: Linear
  /// The function after the hidden layer.
  public let activation: Activation

  /// A network with random weights.
  ///
  /// - Parameters:
  ///   - inputs: the length of a row of input.
  ///   - hidden: the number of hidden units.
  ///   - outputs: the number of results, such as classes.
  ///   - activation: the function after the hidden layer.
  ///   - initializer: what the weights start as; `nil` chooses by the activation.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ inputs: Int, _ hidden: Int, _ outputs: Int, activation: Activation = .relu,
    initializer: Initializer? = nil, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    let start = initializer ?? .suited(to: activation)
    self.hidden = Linear(
      inputs, hidden, initializer: start, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    self.output = Linear(
      hidden, outputs, initializer: start, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    self.activation = activation
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    mode.isObserved
      ? output(activation(hidden(input, mode)), mode)
      : output(Linear.apply(hidden.lent, to: input, activation: activation, mode), mode)
  }
}
