import BackpropAutodiff

/// How a loop keeps gradients from becoming too large.
///
/// ```swift
/// loop.clipping = .norm(1)
/// ```
public enum GradientClipping: Sendable, Hashable {
  /// All are scaled by one factor so that their norm, taken as one vector, is at most this: see
  /// `Gradients.clipped(toNorm:)`.
  case norm(Double)
  /// Every number is brought into this range: see `Gradients.clipped(to:)`.
  case range(ClosedRange<Double>)

  func callAsFunction(_ gradients: Gradients) -> Gradients {
    switch self {
    case .norm(let largest): gradients.clipped(toNorm: largest).gradients
    case .range(let range): gradients.clipped(to: range)
    }
  }
}
