import BackpropAutodiff

/// Sequences or pictures in another size: `Tensor.interpolated(by:mode:)` or
/// `Tensor.interpolated(to:mode:)`.
///
/// `(batch, channels, height, width) -> (batch, channels, …, …)`, or one axis less. It has no
/// parameters.
///
/// ```swift
/// Upsample(by: 2)(features)                           // (8, 16, 7, 7) -> (8, 16, 14, 14)
/// Upsample(to: [30, 20], mode: .linear())(features)   // (8, 16, 7, 7) -> (8, 16, 30, 20)
/// ```
///
/// Its input traps as those functions'. PyTorch's `Upsample`.
public struct Upsample: Layer {
  private enum Size: Sendable {
    case lengths(PerAxis)
    case factors([Double])
  }

  private let size: Size
  /// How numbers between those of the input are found.
  public let mode: InterpolationMode

  /// A layer that makes each axis `factor` times as long.
  public init(by factor: Double, mode: InterpolationMode = .nearest) {
    self.init(by: [factor], mode: mode)
  }

  /// A layer that makes each axis longer by a factor of its own, the height's before the width's.
  public init(by factors: [Double], mode: InterpolationMode = .nearest) {
    size = .factors(factors)
    self.mode = mode
  }

  /// A layer whose results have these lengths.
  public init(to lengths: PerAxis, mode: InterpolationMode = .nearest) {
    size = .lengths(lengths)
    self.mode = mode
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    switch size {
    case .lengths(let lengths): input.interpolated(to: lengths, mode: self.mode)
    case .factors(let factors): input.interpolated(by: factors, mode: self.mode)
    }
  }

  public var summaryName: String {
    let way = mode == .nearest ? "nearest" : "linear"
    switch size {
    case .lengths(let lengths): return "Upsample(to \(lengths), \(way))"
    case .factors(let factors):
      return "Upsample(by \(factors.map { "\($0)" }.joined(separator: "x")), \(way))"
    }
  }
}
