import BackpropArrays
import BackpropAutodiff

/// Makes of the numbers along an axis the logarithms of positive numbers that sum to 1. Any shape; it
/// has no parameters.
///
/// PyTorch's `LogSoftmax`; the function is `Tensor.logSoftmax(axis:)`. A network that is trained with
/// `crossEntropy(logits:targets:)` ends without it, as softmax is part of that loss.
public struct LogSoftmax: Layer {
  /// The axis along which they are taken together; from the end if negative.
  public let axis: Int

  /// The layer.
  public init(axis: Int = -1) { self.axis = axis }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.logSoftmax(axis: axis) }

  public var summaryName: String { axis == -1 ? "LogSoftmax" : "LogSoftmax(axis \(axis))" }
}
