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

  private let unit: Double

  init(_ kind: AxisScale, domain: ClosedRange<Double>, start: Double, end: Double) {
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
    unit = Scale.unit(domain)
  }

  /// By what the values of a range are multiplied, so that their differences do not overflow: those
  /// of a quarter of the largest numbers do not.
  static func unit(_ range: ClosedRange<Double>) -> Double {
    (range.upperBound - range.lowerBound).isFinite ? 1 : 0.25
  }

  /// The largest number there is; its negative is the smallest.
  static let largest = Double.greatestFiniteMagnitude
  /// Values nearer to zero than this cannot be told from it: their quotients overflow.
  static let smallest = 1e-300
  /// No place is farther away than this: what is calculated with places does not overflow.
  static let farthest = 1e100

  /// Whether a value has a place on an axis of this kind.
  static func canShow(_ value: Double, _ kind: AxisScale) -> Bool {
    value.isFinite && (kind == .linear || value >= smallest)
  }

  /// The length of a range, which is finite.
  static func length(_ range: ClosedRange<Double>) -> Double {
    min(range.upperBound - range.lowerBound, largest)
  }

  /// The place of a value, or nil where it has none (NaN, infinity, not positive on a log axis).
  func map(_ value: Double) -> Double? {
    guard Scale.canShow(value, kind) else { return nil }
    let low = forward(domain.lowerBound)
    let high = forward(domain.upperBound)
    let place = start + (forward(value) - low) / (high - low) * (end - start)
    return min(max(place, -Scale.farthest), Scale.farthest)
  }

  /// The value at a place.
  func inverse(_ place: Double) -> Double {
    let low = forward(domain.lowerBound)
    let high = forward(domain.upperBound)
    let value = low + (place - start) / (end - start) * (high - low)
    return kind == .log ? pow(10, value) : value / unit
  }

  /// The whole number whose value is nearest to a place, if it is one of 0 ..< `count`.
  func index(at place: Double, below count: Int) -> Int? {
    let value = inverse(place).rounded()
    return value >= 0 && value < Double(count) ? Int(value) : nil
  }

  private func forward(_ value: Double) -> Double { kind == .log ? log10(value) : value * unit }

  /// Limits that show `extent` with a margin, so that no mark sticks to the frame.
  ///
  /// Shares, numbers from 0 to 1, keep to an axis that is hardly longer than that.
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
    func limits(low newLow: Double, high newHigh: Double) -> ClosedRange<Double> {
      (stickyLow ? low : newLow)...(stickyHigh ? high : newHigh)
    }
    if kind == .log {
      let (a, b) = (log10(low), log10(high))
      if b - a < 1e-6 { return max(smallest, low / 10)...min(largest, high * 10) }
      let pad = (b - a) * margin
      return limits(low: max(smallest, pow(10, a - pad)), high: min(largest, pow(10, b + pad)))
    }
    let areShares = low >= 0 && high <= 1
    let least = areShares ? -margin : -largest
    let most = areShares ? 1 + margin : largest
    if areTooClose(low, high) {
      let size = max(abs(low), abs(high))
      let half = size <= smallest ? 0.5 : size * 0.1
      let (lower, upper) = (max(least, low - half), min(most, high + half))
      let tight = limits(low: lower, high: upper)
      if tight.lowerBound < tight.upperBound { return tight }
      // One end has to give way, and of the largest number it is the lower one.
      return upper > high ? low...upper : lower...high
    }
    // Halves, as the difference of the largest numbers overflows.
    let pad = (high / 2 - low / 2) * 2 * margin
    return limits(low: max(least, low - pad), high: min(most, high + pad))
  }

  /// Whether ticks between two limits would differ only in digits that a Double does not hold.
  static func areTooClose(_ low: Double, _ high: Double) -> Bool {
    high - low <= max(max(abs(low), abs(high)) * 1e-10, smallest)
  }
}
