import BackpropArrays
import BackpropAutodiff

/// The course's deep network: six convolutions, and dropout after both linear layers.
///
/// `(batch, 1, 28, 28) -> (batch, 10)`:
///
/// | layer | result |
/// |---|---|
/// | two convolutions of 16 filters 3x3, padding 1, each with relu; max pooling 2 | (16, 14, 14) |
/// | two of 32 filters, the second with padding 2; max pooling 2 | (32, 8, 8) |
/// | two of 64 filters; max pooling 2 | (64, 4, 4) |
/// | linear, relu, dropout | hidden |
/// | linear, dropout | classes |
///
/// The results are raw (logits).
///
/// ```swift
/// let network = DeepConvNet(using: &random)
/// let loss = crossEntropy(logits: network(images, mode), targets: labels)
/// ```
///
/// Dropout divides what it keeps by the probability of keeping it, so that a network in use computes
/// with its weights as they are. Its input traps if it is not of shape (batch, 1, 28, 28). Source:
/// Saitoh, Deep Learning from Scratch (2016), section 8.1, whose files load too.
public struct DeepConvNet: Layer {
  /// The convolutions, in order.
  public let convolutions: [Conv2D]
  /// The hidden linear layer.
  public let fc1: Linear
  /// The linear layer that gives the results.
  public let fc2: Linear
  /// What is dropped after each linear layer.
  public let dropout: Dropout

  /// A network with random weights.
  ///
  /// - Parameters:
  ///   - hidden: the width of the hidden layer.
  ///   - classes: the number of results.
  ///   - dropout: how likely a number is dropped after a linear layer.
  ///   - initializer: what the weights start as; the biases start as zeros.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    hidden: Int = 50, classes: Int = 10, dropout: Double = 0.5, initializer: Initializer = .he,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    var convolutions: [Conv2D] = []
    for (inputs, outputs, padding) in [
      (1, 16, 1), (16, 16, 1), (16, 32, 1), (32, 32, 2), (32, 64, 1), (64, 64, 1),
    ] {
      convolutions.append(
        Conv2D(
          inputs, outputs, kernel: 3, padding: .each(PerAxis(padding)), initializer: initializer,
          biasInitializer: .zeros, scalarType: scalarType, using: &random))
    }
    self.convolutions = convolutions
    fc1 = Linear(
      64 * 4 * 4, hidden, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    fc2 = Linear(
      hidden, classes, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    self.dropout = Dropout(dropout)
  }

  public var members: [ModuleMember] {
    // conv1, conv2, …
    convolutions.enumerated().map { ModuleMember("conv\($0.offset + 1)", .module($0.element)) }
      + ModuleMember.named(["fc1": fc1, "fc2": fc2, "dropout": dropout])
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var x = input
    for (index, convolution) in convolutions.enumerated() {
      x = convolution(x, then: .relu, maxPool2D: index % 2 == 1 ? 2 : nil, mode)
    }
    x = dropout(fc1(x.flattened(from: 1), then: .relu, mode), mode)
    return dropout(fc2(x, mode), mode)
  }
}
