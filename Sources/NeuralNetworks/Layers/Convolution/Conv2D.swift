import BackpropArrays
import BackpropAutodiff

/// A convolution of pictures, and a bias: `Tensor.conv2D`.
///
/// `(batch, inputs, height, width) -> (batch, outputs, …, …)`. The parameters are
/// named and lie as PyTorch's, in memory as in files.
///
/// ```swift
/// let layer = Conv2D(3, 16, kernel: 3, padding: 1, using: &random)
/// layer(images)                      // (8, 3, 32, 32) -> (8, 16, 32, 32)
/// ```
///
/// Its input traps as that function's. PyTorch's `Conv2d`.
public struct Conv2D: ConvolutionLayer {
  /// Of shape (outputs, inputs / groups, kernel height, kernel width).
  public let weight: Parameter
  /// Of shape (outputs); `nil` for a layer without one.
  public let bias: Parameter?
  /// How far the kernel goes at a step.
  public let stride: PerAxis
  /// The zeros around the picture.
  public let padding: Padding
  /// How far apart the numbers are that the kernel sees.
  public let dilation: PerAxis
  /// Into how many parts the channels are divided.
  public let groups: Int

  /// A layer with random parameters.
  ///
  /// Traps if a number of channels or a length of the kernel is 0, or the groups do not divide both
  /// numbers of channels.
  ///
  /// - Parameters:
  ///   - inputs: the channels of the input.
  ///   - outputs: the channels of the result.
  ///   - kernel: the lengths of the kernel.
  ///   - stride: how far the kernel goes at a step.
  ///   - padding: the zeros around the picture.
  ///   - dilation: how far apart the numbers are that the kernel sees.
  ///   - groups: into how many parts the channels are divided, each seeing one of the input's.
  ///   - hasBias: whether to add a bias.
  ///   - initializer: what the weight starts as.
  ///   - biasInitializer: what the bias starts as, with the fans of the weight.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the parameters come from.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: PerAxis, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1, hasBias: Bool = true,
    initializer: Initializer = .pyTorchDefault, biasInitializer: Initializer = .pyTorchDefault,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    let channels = ConvolutionParameters.perGroup("Conv2D", inputs, outputs, groups)
    let parameters = ConvolutionParameters(
      "Conv2D", channels: (outputs, channels.inputs), kernel: kernel, axisCount: 2,
      biasCount: hasBias ? outputs : nil, initializer, biasInitializer, scalarType,
      using: &random)
    self.init(
      parameters, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// A layer with given parameters.
  ///
  /// Traps if the weight has not 4 axes, or the bias not a number for each channel of the result.
  ///
  /// - Parameters:
  ///   - weight: of shape (outputs, inputs / groups, kernel height, kernel width).
  ///   - bias: of shape (outputs), or `nil` for none.
  ///   - stride: how far the kernel goes at a step.
  ///   - padding: the zeros around the picture.
  ///   - dilation: how far apart the numbers are that the kernel sees.
  ///   - groups: into how many parts the channels are divided.
  public init(
    weight: NDArray, bias: NDArray? = nil, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1
  ) {
    self.init(
      ConvolutionParameters(
        "Conv2D", axisCount: 2, weight: weight, bias: bias, biasCount: weight.shape.first),
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  private init(
    _ parameters: ConvolutionParameters, stride: PerAxis, padding: Padding, dilation: PerAxis,
    groups: Int
  ) {
    weight = parameters.weight
    bias = parameters.bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    convolve(input, activation: .identity, pooling: nil)
  }

  func convolve(_ input: Tensor, activation: Activation, pooling: PoolingWindows?) -> Tensor {
    input.convolved(
      weight.tensor, bias?.tensor, stride: stride, padding: padding,
      dilation: dilation, groups: groups, activation: activation, pooling: pooling)
  }

  public var summaryName: String {
    ConvolutionParameters.summary(
      "Conv2D", weight.shape[1] * groups, weight.shape[0], weight, bias, stride: stride,
      padding: padding, dilation: dilation, groups: groups)
  }
}
