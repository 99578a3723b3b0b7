import BackpropArrays
import BackpropAutodiff

/// The activation that is x where x > 0 and a small part of x elsewhere, element by element. Any shape;
/// it has no parameters.
///
/// PyTorch's `LeakyReLU`; the function is `Tensor.leakyReLU(slope:)`.
public struct LeakyReLU: Layer {
  /// The slope below zero.
  public let slope: Double

  /// The layer.
  public init(slope: Double = 0.01) { self.slope = slope }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor { input.leakyReLU(slope: slope) }

  public var summaryName: String { "LeakyReLU(\(slope))" }
}
