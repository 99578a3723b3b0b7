import BackpropArrays
import BackpropAutodiff

/// The activation that is x where x > 0 and a · x elsewhere, with slopes a that are learned: one, or one
/// for each channel, which is axis 1. Any shape, with as many channels as there are slopes.
///
/// PyTorch's `PReLU`, in weight files too; the function is `Tensor.prelu(_:)`. A decay of weights would
/// pull the slopes to zero, and is better kept from them.
///
/// ```swift
/// PReLU()                              // one slope, 0.25 at first
/// PReLU(channels: 64)                  // (batch, 64, height, width) and the like
/// ```
///
/// Source: He et al., "Delving Deep into Rectifiers" (2015).
public struct PReLU: Layer {
  /// The slopes, of shape (channels); of shape (1) for one that all share.
  public let weight: Parameter

  /// A layer whose slopes start as one number.
  ///
  /// Traps if there are no channels.
  ///
  /// - Parameters:
  ///   - channels: the length of axis 1, for a slope each; 1 for one slope.
  ///   - slope: what they start as.
  ///   - scalarType: the type of the parameter.
  public init(channels: Int = 1, slope: Double = 0.25, scalarType: ScalarType = .float32) {
    guard channels > 0 else {
      fatalError("PReLU: \(channels) channels; give the length of axis 1, or 1 for one slope")
    }
    weight = Parameter(
      NDArray(repeating: slope, shape: [channels], scalarType: scalarType), named: "weight")
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.prelu(weight.tensor) }

  public var summaryName: String { weight.count == 1 ? "PReLU" : "PReLU(\(weight.count))" }
}
