import BackpropArrays
import BackpropAutodiff

/// LeNet-5 as it is used on MNIST today: with max pooling and relu in the place of subsampling and
/// tanh, and the raw results of a linear layer in the place of radial basis functions.
///
/// `(batch, 1, 28, 28) -> (batch, classes)`:
///
/// | layer | result |
/// |---|---|
/// | convolution of 6 filters 5x5, padding 2; relu; max pooling 2 | (6, 14, 14) |
/// | convolution of 16 filters 5x5; relu; max pooling 2 | (16, 5, 5) |
/// | linear, relu | 120 |
/// | linear, relu | 84 |
/// | linear | classes |
///
/// 61,706 parameters for 10 classes. The results are raw (logits).
///
/// ```swift
/// let network = LeNet(using: &random)
/// let loss = crossEntropy(logits: network(images, mode), targets: labels)
/// ```
///
/// Its input traps if it is not of shape (batch, 1, 28, 28). Source: LeCun et al., "Gradient-Based
/// Learning Applied to Document Recognition" (1998); the layers are called as in PyTorch's tutorial.
public struct LeNet: Layer {
  /// The first convolution.
  public let conv1: Conv2D
  /// The second convolution.
  public let conv2: Conv2D
  /// The first linear layer.
  public let fc1: Linear
  /// The second linear layer.
  public let fc2: Linear
  /// The linear layer that gives the results.
  public let fc3: Linear

  /// A network with random weights.
  ///
  /// - Parameters:
  ///   - classes: the number of results.
  ///   - initializer: what the weights start as.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    classes: Int = 10, initializer: Initializer = .he, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    conv1 = Conv2D(
      1, 6, kernel: 5, padding: 2, initializer: initializer, biasInitializer: .zeros,
      scalarType: scalarType, using: &random)
    conv2 = Conv2D(
      6, 16, kernel: 5, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    fc1 = Linear(
      400, 120, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    fc2 = Linear(
      120, 84, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
    fc3 = Linear(
      84, classes, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    var x = conv1(input, then: .relu, maxPool2D: 2, mode)
    x = conv2(x, then: .relu, maxPool2D: 2, mode).flattened(from: 1)
    return fc3(fc2(fc1(x, then: .relu, mode), then: .relu, mode), mode)
  }
}
