import BackpropFiles

/// How values are spread along an axis.
public enum AxisScale: Sendable, Hashable {
  /// Equal differences take equal lengths.
  case linear
  /// Equal ratios take equal lengths (to base 10). Values that are zero or negative are not drawn.
  case log
}

/// The straight map from values on an axis to places in a figure, and back.
///
/// linear: p = start + (v − low) / (high − low) · (end − start); log: the same in log₁₀ v.
struct Scale: Sendable {
  let kind: AxisScale
  /// The values at the two ends.
  let domain: ClosedRange<Double>
  /// The place of the lower end.
  var start: Double
  /// The place of the upper end.
  var end: Double

  init(_ kind: AxisScale, domain: ClosedRange<Double>, start: Double, end: Double) {
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
  }

  /// Values beyond this cannot be told from infinity in a drawing: their differences overflow.
  static let largest = 1e300
  /// Values nearer to zero than this cannot be told from it: their quotients overflow.
  static let smallest = 1e-300

  /// Whether a value has a place on an axis of this kind.
  static func canShow(_ value: Double, _ kind: AxisScale) -> Bool {
    value.isFinite && abs(value) <= largest && (kind == .linear || value >= smallest)
  }

  /// The place of a value, or nil where it has none (NaN, infinity, not positive on a log axis).
  func map(_ value: Double) -> Double? {
    guard Scale.canShow(value, kind) else { return nil }
    let low = forward(domain.lowerBound)
    let high = forward(domain.upperBound)
    return start + (forward(value) - low) / (high - low) * (end - start)
  }

  /// The value at a place.
  func inverse(_ place: Double) -> Double {
    let low = forward(domain.lowerBound)
    let high = forward(domain.upperBound)
    let value = low + (place - start) / (end - start) * (high - low)
    return kind == .log ? pow(10, value) : value
  }

  private func forward(_ value: Double) -> Double { kind == .log ? log10(value) : value }

  /// Limits that show `extent` with a margin, so that no mark sticks to the frame.
  ///
  /// - Parameters:
  ///   - extent: what the data spans; nil where there is none, which gives 0...1 (log: 1...10).
  ///   - stickyLow, stickyHigh: ends that take no margin, such as the foot of bars.
  static func limits(
    _ kind: AxisScale, extent: ClosedRange<Double>?, stickyLow: Bool = false,
    stickyHigh: Bool = false, margin: Double = 0.05
  ) -> ClosedRange<Double> {
    guard let extent else { return kind == .log ? 1...10 : 0...1 }
    let (low, high) = (extent.lowerBound, extent.upperBound)
    if kind == .log {
      let (a, b) = (log10(low), log10(high))
      if b - a < 1e-6 { return pow(10, a - 1)...pow(10, b + 1) }
      let pad = (b - a) * margin
      return pow(10, a - (stickyLow ? 0 : pad))...pow(10, b + (stickyHigh ? 0 : pad))
    }
    if areTooClose(low, high) {
      let size = max(abs(low), abs(high))
      let half = size <= smallest ? 0.5 : size * 0.1
      // One end at least has to give way.
      return (stickyLow ? low : low - half)...(stickyHigh && !stickyLow ? high : high + half)
    }
    let pad = (high - low) * margin
    return (stickyLow ? low : low - pad)...(stickyHigh ? high : high + pad)
  }

  /// Whether ticks between two limits would differ only in digits that a Double does not hold.
  static func areTooClose(_ low: Double, _ high: Double) -> Bool {
    high - low <= max(max(abs(low), abs(high)) * 1e-10, smallest)
  }
}
