import BackpropArrays
import BackpropAutodiff

/// A transposed convolution of sequences, and a bias: `Tensor.convTranspose1D`.
///
/// `(batch, inputs, length) -> (batch, outputs, …)`. The parameters are
/// named and lie as PyTorch's, in memory as in files.
///
/// ```swift
/// let layer = ConvTranspose1D(16, 8, kernel: 2, stride: 2, using: &random)
/// layer(features)                    // (8, 16, 50) -> (8, 8, 100)
/// ```
///
/// Its input traps as that function's. PyTorch's `ConvTranspose1d`.
public struct ConvTranspose1D: Layer {
  /// Of shape (inputs, outputs / groups, kernel).
  public let weight: Parameter
  /// Of shape (outputs); `nil` for a layer without one.
  public let bias: Parameter?
  /// How far apart the windows are over which numbers are spread.
  public let stride: Int
  /// What of the result is left out at its edges.
  public let padding: Padding
  /// By how much the result is longer behind.
  public let outputPadding: Int
  /// How far apart the numbers of a window are.
  public let dilation: Int
  /// Into how many parts the channels are divided.
  public let groups: Int

  /// A layer with random parameters.
  ///
  /// As PyTorch has it, the fans are those of the convolution that goes the other way: fanIn is
  /// outputs / groups times the numbers of a kernel.
  ///
  /// Traps if a number of channels or a length of the kernel is 0, or the groups do not divide both
  /// numbers of channels.
  ///
  /// - Parameters:
  ///   - inputs: the channels of the input.
  ///   - outputs: the channels of the result.
  ///   - kernel: the lengths of the kernel.
  ///   - stride: how far apart the windows are over which numbers are spread.
  ///   - padding: what of the result is left out at its edges.
  ///   - outputPadding: by how much the result is longer behind, where a stride leaves that open.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - groups: into how many parts the channels are divided, each seeing one of the input's.
  ///   - hasBias: whether to add a bias.
  ///   - initializer: what the weight starts as.
  ///   - biasInitializer: what the bias starts as, with the fans of the weight.
  ///   - scalarType: the type of the parameters.
  ///   - random: where the parameters come from.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, hasBias: Bool = true,
    initializer: Initializer = .pyTorchDefault, biasInitializer: Initializer = .pyTorchDefault,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    let channels = ConvolutionParameters.perGroup("ConvTranspose1D", inputs, outputs, groups)
    let parameters = ConvolutionParameters(
      "ConvTranspose1D", channels: (inputs, channels.outputs), kernel: PerAxis(kernel),
      axisCount: 1,
      biasCount: hasBias ? outputs : nil, initializer, biasInitializer, scalarType,
      using: &random)
    self.init(
      parameters, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups)
  }

  /// A layer with given parameters.
  ///
  /// Traps if the weight has not 3 axes, or the bias not a number for each channel of the result.
  ///
  /// - Parameters:
  ///   - weight: of shape (inputs, outputs / groups, kernel).
  ///   - bias: of shape (outputs), or `nil` for none.
  ///   - stride: how far apart the windows are over which numbers are spread.
  ///   - padding: what of the result is left out at its edges.
  ///   - outputPadding: by how much the result is longer behind, where a stride leaves that open.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - groups: into how many parts the channels are divided.
  public init(
    weight: NDArray, bias: NDArray? = nil, stride: Int = 1, padding: Padding = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) {
    self.init(
      ConvolutionParameters(
        "ConvTranspose1D", axisCount: 1, weight: weight, bias: bias,
        biasCount: weight.rank > 1 ? weight.shape[1] * groups : 0),
      stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
  }

  private init(
    _ parameters: ConvolutionParameters, stride: Int, padding: Padding, outputPadding: Int,
    dilation: Int, groups: Int
  ) {
    weight = parameters.weight
    bias = parameters.bias
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.convTranspose1D(
      weight.tensor, bias?.tensor, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups)
  }

  public var summaryName: String {
    ConvolutionParameters.summary(
      "ConvTranspose1D", weight.shape[0], weight.shape[1] * groups, weight, bias,
      stride: PerAxis(stride), padding: padding, dilation: PerAxis(dilation), groups: groups)
  }
}
