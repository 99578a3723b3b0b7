import BackpropAutodiff

/// The largest number of each window of sequences: `Tensor.maxPool1D`.
///
/// `(batch, channels, length) -> (batch, channels, …)`. It has no parameters.
///
/// ```swift
/// MaxPool1D(2)(features)            // (8, 16, 100) -> (8, 16, 50)
/// ```
///
/// Its input traps as that function's. PyTorch's `MaxPool1d`.
public struct MaxPool1D: Layer {
  /// How long a window is.
  public let kernel: Int
  /// How far apart windows are; `nil` for as far as they are long.
  public let stride: Int?
  /// What is added in front of the sequence and behind it.
  public let padding: Int
  /// How far apart the numbers of a window are.
  public let dilation: Int
  /// Whether a last window may reach beyond the padding.
  public let ceilMode: Bool

  /// The layer.
  ///
  /// - Parameters:
  ///   - kernel: how long a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: what is added in front of the sequence and behind it.
  ///   - dilation: how far apart the numbers of a window are.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  public init(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, dilation: Int = 1, ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.ceilMode = ceilMode
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.maxPool1D(
      kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
  }

  public var summaryName: String {
    "MaxPool1D(\(kernel)\(stride.map { ", stride \($0)" } ?? "")"
      + "\(padding == 0 ? "" : ", padding \(padding)"))"
  }
}
