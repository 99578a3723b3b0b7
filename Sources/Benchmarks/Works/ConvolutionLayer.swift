import Backprop

/// A convolution layer by itself: forward, and the gradients with respect to weight, bias and input.
///
/// Forward and the gradients with respect to the weight and to the input are products of the same size
/// each; those are what is counted.
struct ConvolutionLayer: BenchmarkWork {
  let name: String
  let images: Int
  let channels: Int
  /// The height and the width of the images.
  let size: Int
  let filters: Int
  let kernel: Int
  var stride = 1
  var padding = 0
  var groups = 1
  /// Whether the gradient with respect to the input is wanted; of a first layer it is not.
  var hasInputGradient = true

  static let usual: [ConvolutionLayer] = [
    ConvolutionLayer(
      name: "conv-first", images: 64, channels: 1, size: 28, filters: 16, kernel: 3, padding: 1,
      hasInputGradient: false),
    ConvolutionLayer(
      name: "conv-3x3", images: 64, channels: 16, size: 14, filters: 32, kernel: 3, padding: 1),
    ConvolutionLayer(
      name: "conv-deep", images: 16, channels: 64, size: 14, filters: 64, kernel: 3, padding: 1),
    ConvolutionLayer(
      name: "conv-1x1", images: 16, channels: 256, size: 14, filters: 64, kernel: 1),
    ConvolutionLayer(
      name: "conv-depthwise", images: 16, channels: 96, size: 28, filters: 96, kernel: 3,
      padding: 1, groups: 96),
    ConvolutionLayer(
      name: "conv-strided", images: 16, channels: 32, size: 28, filters: 64, kernel: 3, stride: 2,
      padding: 1),
  ]

  var summary: String {
    "\(images) images \(channels)x\(size)x\(size) to \(filters), \(kernel)x\(kernel)"
      + (stride == 1 ? "" : ", stride \(stride)") + (padding == 0 ? "" : ", padding \(padding)")
      + (groups == 1 ? "" : ", \(groups) groups")
      + (hasInputGradient ? "; forward and gradients" : "; forward and the weight's gradient")
  }

  /// The floating-point operations of all its products.
  var operations: Double {
    let length = (size + 2 * padding - kernel) / stride + 1
    let product = 2 * images * filters * length * length * (channels / groups) * kernel * kernel
    return Double(product * (hasInputGradient ? 3 : 2))
  }

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let layer = Conv2D(
      channels, filters, kernel: PerAxis(kernel), stride: PerAxis(stride),
      padding: .each(PerAxis(padding)), groups: groups, using: &random)
    let pictures = Tensor.normal([images, channels, size, size], using: &random)
    let input = hasInputGradient ? pictures.requiringGradient() : pictures
    let cotangent = Tensor.normal(layer(input).shape, using: &random)
    let seconds = Stopwatch().secondsPerCall { _ = layer(input).backward(from: cotangent) }
    return measurement("GFLOP/s", seconds.map { operations / $0 / 1e9 })
  }
}
