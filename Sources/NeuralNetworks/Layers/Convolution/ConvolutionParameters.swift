import BackpropArrays
import BackpropAutodiff

/// The parameters of a convolution, of any kind and number of axes.
struct ConvolutionParameters {
  let weight: Parameter
  let bias: Parameter?

  /// Random parameters, the weight's drawn first.
  ///
  /// - Parameters:
  ///   - layer: what errors call the layer.
  ///   - channels: the lengths of the weight's first two axes.
  ///   - kernel: the others', of which there are `axisCount`.
  ///   - biasCount: the length of the bias; `nil` for none.
  init(
    _ layer: String, channels: (Int, Int), kernel: PerAxis, axisCount: Int, biasCount: Int?,
    _ initializer: Initializer, _ biasInitializer: Initializer, _ scalarType: ScalarType,
    using random: inout RandomSource
  ) {
    guard let kernel = kernel.expanded(to: axisCount), kernel.allSatisfy({ $0 > 0 }) else {
      fatalError(
        "\(layer): a kernel of \(kernel); it has \(axisCount) axes, none of them of length 0")
    }
    let count = kernel.reduce(1, *)
    let (fanIn, fanOut) = (channels.1 * count, channels.0 * count)
    self.init(
      layer, axisCount: axisCount,
      weight: initializer.array(
        Shape([channels.0, channels.1] + kernel), fanIn: fanIn, fanOut: fanOut,
        scalarType: scalarType, using: &random),
      bias: biasCount.map {
        biasInitializer.array(
          [$0], fanIn: fanIn, fanOut: fanOut, scalarType: scalarType, using: &random)
      }, biasCount: biasCount)
  }

  /// Given parameters.
  ///
  /// - Parameters:
  ///   - layer: what errors call the layer.
  ///   - axisCount: how many axes the kernel has.
  ///   - weight: of two axes of channels and those of the kernel.
  ///   - bias: of shape (biasCount), or `nil`.
  ///   - biasCount: the channels of the result.
  init(_ layer: String, axisCount: Int, weight: NDArray, bias: NDArray?, biasCount: Int?) {
    guard weight.rank == axisCount + 2, bias.map({ $0.shape == [biasCount ?? 0] }) ?? true else {
      ShapeError(
        layer, [weight.shape] + (bias.map { [$0.shape] } ?? []),
        "the weight has two axes of channels and \(axisCount) of the kernel, and the bias is a "
          + "vector with a number for each channel of the result"
      ).trap()
    }
    self.weight = Parameter(weight, named: "weight")
    self.bias = bias.map { Parameter($0, named: "bias") }
  }

  /// The channels of a group; ends the program if they do not divide evenly.
  static func perGroup(_ layer: String, _ inputs: Int, _ outputs: Int, _ groups: Int) -> (
    inputs: Int, outputs: Int
  ) {
    guard inputs > 0, outputs > 0, groups > 0, inputs % groups == 0, outputs % groups == 0 else {
      fatalError(
        "\(layer): \(inputs) and \(outputs) channels in \(groups) groups; all are above 0, and the "
          + "groups divide both evenly")
    }
    return (inputs / groups, outputs / groups)
  }

  /// `Conv2D(3 -> 16, kernel 3x3, stride 2, padding 1)`.
  static func summary(
    _ layer: String, _ inputs: Int, _ outputs: Int, _ weight: Parameter, _ bias: Parameter?,
    stride: PerAxis, padding: Padding, dilation: PerAxis, groups: Int
  ) -> String {
    let kernel = weight.shape.dropFirst(2).map(String.init).joined(separator: "x")
    var parts = ["\(inputs) -> \(outputs)", "kernel \(kernel)"]
    if stride != 1 { parts.append("stride \(stride)") }
    if padding != 0 { parts.append("padding \(padding)") }
    if dilation != 1 { parts.append("dilation \(dilation)") }
    if groups != 1 { parts.append("\(groups) groups") }
    if bias == nil { parts.append("no bias") }
    return "\(layer)(\(parts.joined(separator: ", ")))"
  }
}
