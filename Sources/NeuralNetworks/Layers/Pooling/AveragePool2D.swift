import BackpropAutodiff

/// The mean of each window of pictures: `Tensor.averagePool2D`.
///
/// `(batch, channels, height, width) -> (batch, channels, …, …)`. It has no parameters.
///
/// ```swift
/// AveragePool2D(2)(features)        // (8, 16, 28, 28) -> (8, 16, 14, 14)
/// ```
///
/// Its input traps as that function's. PyTorch's `AvgPool2d`.
public struct AveragePool2D: Layer {
  /// How high and wide a window is.
  public let kernel: PerAxis
  /// How far apart windows are; `nil` for as far as they are long.
  public let stride: PerAxis?
  /// The zeros around the picture.
  public let padding: PerAxis
  /// Whether a last window may reach beyond the padding.
  public let ceilMode: Bool
  /// Whether the zeros of the padding count as numbers of a window.
  public let countIncludePad: Bool

  /// The layer.
  ///
  /// - Parameters:
  ///   - kernel: how high and wide a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: the zeros around the picture.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  ///   - countIncludePad: whether the zeros of the padding count as numbers of a window.
  public init(
    _ kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.averagePool2D(
      kernel, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }

  public var summaryName: String {
    "AveragePool2D(\(kernel)\(stride.map { ", stride \($0)" } ?? "")"
      + "\(padding == 0 ? "" : ", padding \(padding)"))"
  }
}
