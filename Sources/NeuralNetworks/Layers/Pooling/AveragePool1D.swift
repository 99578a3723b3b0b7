import BackpropAutodiff

/// The mean of each window of sequences: `Tensor.averagePool1D`.
///
/// `(batch, channels, length) -> (batch, channels, …)`. It has no parameters.
///
/// ```swift
/// AveragePool1D(2)(features)        // (8, 16, 100) -> (8, 16, 50)
/// ```
///
/// Its input traps as that function's. PyTorch's `AvgPool1d`.
public struct AveragePool1D: Layer {
  /// How long a window is.
  public let kernel: Int
  /// How far apart windows are; `nil` for as far as they are long.
  public let stride: Int?
  /// The zeros in front of the sequence and behind it.
  public let padding: Int
  /// Whether a last window may reach beyond the padding.
  public let ceilMode: Bool
  /// Whether the zeros of the padding count as numbers of a window.
  public let countIncludePad: Bool

  /// The layer.
  ///
  /// - Parameters:
  ///   - kernel: how long a window is.
  ///   - stride: how far apart windows are; `nil` for as far as they are long.
  ///   - padding: the zeros in front of the sequence and behind it.
  ///   - ceilMode: whether a last window may reach beyond the padding.
  ///   - countIncludePad: whether the zeros of the padding count as numbers of a window.
  public init(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.averagePool1D(
      kernel, stride: stride, padding: padding, ceilMode: ceilMode,
      countIncludePad: countIncludePad)
  }

  public var summaryName: String {
    "AveragePool1D(\(kernel)\(stride.map { ", stride \($0)" } ?? "")"
      + "\(padding == 0 ? "" : ", padding \(padding)"))"
  }
}
