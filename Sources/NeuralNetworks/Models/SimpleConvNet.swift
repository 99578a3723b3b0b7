import BackpropArrays
import BackpropAutodiff

/// The course's first network with a convolution.
///
/// `(batch, 1, 28, 28) -> (batch, 10)`, or with other lengths: a convolution of 30 filters 5x5, relu
/// and max pooling 2, a linear layer of 100 and relu, and a linear layer. The results are raw
/// (logits).
///
/// ```swift
/// let network = SimpleConvNet(using: &random)
/// let loss = crossEntropy(logits: network(images, mode), targets: labels)
/// ```
///
/// Its input traps if it is not of the shape that the network was made for. Source: Saitoh, Deep
/// Learning from Scratch (2016), section 7.5, whose files load too.
public struct SimpleConvNet: Layer {
  /// The convolution.
  public let conv1: Conv2D
  /// The hidden linear layer.
  public let fc1: Linear
  /// The linear layer that gives the results.
  public let fc2: Linear

  /// A network with random weights.
  ///
  /// Traps if the kernel does not fit on a picture.
  ///
  /// - Parameters:
  ///   - input: the shape of a picture, (channels, height, width).
  ///   - filters: the channels that the convolution gives.
  ///   - kernel: the height and width of its kernel.
  ///   - hidden: the width of the hidden layer.
  ///   - classes: the number of results.
  ///   - initializer: what the weights start as; the biases start as zeros.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the weights come from.
  public init(
    input: Shape = [1, 28, 28], filters: Int = 30, kernel: Int = 5, hidden: Int = 100,
    classes: Int = 10, initializer: Initializer = .normal(standardDeviation: 0.01),
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard input.rank == 3, kernel > 0, input[1] > kernel, input[2] > kernel else {
      ShapeError(
        "SimpleConvNet", [input],
        "a picture is (channels, height, width), and both lengths are greater than those of the "
          + "kernel, \(kernel)"
      ).trap()
    }
    conv1 = Conv2D(
      input[0], filters, kernel: PerAxis(kernel), initializer: initializer,
      biasInitializer: .zeros, scalarType: scalarType, using: &random)
    let (height, width) = ((input[1] - kernel + 1) / 2, (input[2] - kernel + 1) / 2)
    fc1 = Linear(
      filters * height * width, hidden, initializer: initializer, biasInitializer: .zeros,
      scalarType: scalarType,
      using: &random)
    fc2 = Linear(
      hidden, classes, initializer: initializer, biasInitializer: .zeros, scalarType: scalarType,
      using: &random)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let x = conv1(input, then: .relu, maxPool2D: 2, mode).flattened(from: 1)
    return fc2(fc1(x, then: .relu, mode), mode)
  }
}
