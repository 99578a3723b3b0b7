import BackpropAutodiff

/// The largest number of each of a given number of windows that cover a picture:
/// `Tensor.adaptiveMaxPool2D(to:)`.
///
/// `(batch, channels, height, width) -> (batch, channels, …, …)`, of the given lengths whatever the
/// picture's are. It has no parameters.
///
/// ```swift
/// AdaptiveMaxPool2D(1)(features)        // (8, 512, 7, 7) -> (8, 512, 1, 1)
/// ```
///
/// Its input traps as that function's. PyTorch's `AdaptiveMaxPool2d`.
public struct AdaptiveMaxPool2D: Layer {
  /// The lengths of the result.
  public let lengths: PerAxis

  /// A layer whose results have these lengths.
  public init(_ lengths: PerAxis) { self.lengths = lengths }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    input.adaptiveMaxPool2D(to: lengths)
  }

  public var summaryName: String { "AdaptiveMaxPool2D(\(lengths))" }
}
