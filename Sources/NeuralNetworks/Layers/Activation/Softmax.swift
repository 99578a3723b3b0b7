import BackpropArrays
import BackpropAutodiff

/// Makes of the numbers along an axis positive numbers that sum to 1. Any shape; it has no parameters.
///
/// PyTorch's `Softmax`; the function is `Tensor.softmax(axis:)`. A network that is trained with
/// `crossEntropy(logits:targets:)` ends without it, as softmax is part of that loss.
public struct Softmax: Layer {
  /// The axis along which they are taken together; from the end if negative.
  public let axis: Int

  /// The layer.
  public init(axis: Int = -1) { self.axis = axis }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.softmax(axis: axis) }

  public var summaryName: String { axis == -1 ? "Softmax" : "Softmax(axis \(axis))" }
}
