import BackpropAutodiff

/// The largest number of each window of pictures: `Tensor.maxPool2D`.
///
/// `(batch, channels, height, width) -> (batch, channels, …, …)`. It has no parameters.
///
/// ```swift
/// MaxPool2D(2)(features)            // (8, 16, 28, 28) -> (8, 16, 14, 14)
/// ```
///
/// Its input traps as that function's. PyTorch's `MaxPool2d`.
public struct MaxPool2D: Layer {
  /// How high and wide a window is.
  public let kernel: PerAxis
  /// How far apart windows are; `nil` for as far as they are long.
  public let stride: PerAxis?
  /// What is added around the picture.
  public let padding: PerAxis
  /// How far apart the numbers of a window are.
  public let dilation: PerAxis
  /// Whether a last window may reach beyond the padding.
  public let ceilMode: Bool

  /// The layer.
  ///
  /// - Parameters:
  ///   - kernel: how high and wide a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added around the picture.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public init(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1,
    ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.ceilMode = ceilMode
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.maxPool2D(
      kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }

  public var summaryName: String {
    "MaxPool2D(\(kernel)\(stride.map { ", stride \($0)" } ?? "")"
      + "\(padding == 0 ? "" : ", padding \(padding)"))"
  }
}
