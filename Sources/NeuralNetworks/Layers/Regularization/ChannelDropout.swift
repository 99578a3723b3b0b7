import BackpropArrays
import BackpropAutodiff

/// Sets whole channels to zero at random while a model is trained.
///
/// Neighbours in a feature map are so much alike that the loss of one of them says little to the
/// network; here the map is lost as a whole. In training y = x / (1 − p) for all places of a channel
/// with probability 1 − p and else 0, each channel of each example by itself; in inference y = x.
///
/// `(batch, channels, …) -> (batch, channels, …)`, with at least one axis behind the channels. It has
/// no parameters.
///
/// ```swift
/// let model = Sequential {
///   Conv2D(1, 16, kernel: 3, using: &random)
///   ReLU()
///   ChannelDropout(0.2)
/// }
/// ```
///
/// Called without a mode it is inference, through which no gradient passes.
///
/// Source: Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015);
/// PyTorch's `Dropout1d`, `Dropout2d` and `Dropout3d`.
public struct ChannelDropout: Layer {
  /// How likely a channel is dropped.
  public let probability: Double

  /// A layer that drops each channel with this probability: 0 drops none, 1 all of them. Traps if it
  /// is not in 0...1.
  public init(_ probability: Double = 0.5) {
    guard (0...1).contains(probability) else {
      fatalError("ChannelDropout: the probability is \(probability); it must be in 0...1")
    }
    self.probability = probability
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.rank >= 3 else {
      return input.failing(
        ShapeError(
          "ChannelDropout", [input.shape], "the channels have no places",
          hint: "it is of shape (batch, channels, length), or has more axes behind these; "
            + "Dropout drops single numbers"))
    }
    let channels = Shape(Array(input.shape.prefix(2)) + Array(repeating: 1, count: input.rank - 2))
    return input.dropping(probability, apart: channels, "ChannelDropout", mode, of: self)
  }

  public var summaryName: String { "ChannelDropout(\(probability))" }
}
