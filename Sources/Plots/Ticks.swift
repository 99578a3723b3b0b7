import BackpropFiles

/// Where an axis has its ticks, and what they say.
struct Ticks: Sendable, Equatable {
  /// The labelled ticks, in order.
  var major: [Double]
  /// The small ticks between them.
  var minor: [Double] = []
  /// A text for each major tick; all written alike and all different.
  var labels: [String]
  /// What the labels leave out and the axis says once, such as `×10⁻⁶`.
  var note: String?

  /// At most `maximum` ticks at round values within the limits of an axis.
  static func make(_ kind: AxisScale, _ domain: ClosedRange<Double>, atMost maximum: Int) -> Ticks {
    let ticks = kind == .log ? logarithmic(domain, atMost: maximum) : nil
    return ticks ?? linear(domain, atMost: maximum)
  }

  // MARK: - Linear

  /// The ticks are the multiples of the smallest step of the form 1, 2, 2.5 or 5 · 10ᵉ of which at
  /// most `maximum` lie within the limits.
  static func linear(_ domain: ClosedRange<Double>, atMost maximum: Int) -> Ticks {
    let room = Scale.length(domain) / Double(max(1, maximum))
    guard room > 0, maximum > 0 else {
      return Ticks(major: [domain.lowerBound], labels: [NumberText.short(domain.lowerBound)])
    }
    let size = max(abs(domain.lowerBound), abs(domain.upperBound))
    var exponent = Int(floor(log10(room))) - 1
    while true {
      for step in Step.mantissas.map({ Step(tenths: $0, exponent: exponent) }) {
        // A step beyond the largest number: no multiple but 0 lies inside.
        guard step.value.isFinite else { return Ticks(major: [], labels: []) }
        // A limit that is a tick but for rounding counts as one.
        let slack = max(1e-9, size / step.value * 4e-16)
        let first = (domain.lowerBound / step.value - slack).rounded(.up)
        let last = (domain.upperBound / step.value + slack).rounded(.down)
        if abs(first) < 1e15, abs(last) < 1e15, last - first < Double(maximum) {
          guard first <= last else {
            // A single tick was asked for and no multiple lies inside.
            return Ticks(major: [], labels: [])
          }
          return Ticks(step: step, multiples: Int(first)...Int(last))
        }
      }
      exponent += 1
    }
  }

  /// A step of 1, 2, 2.5 or 5 times a power of ten, kept in integers so that its multiples are the
  /// Doubles nearest to the decimal numbers (3 · 0.1 is 0.3).
  struct Step {
    static let mantissas = [10, 20, 25, 50]
    var tenths: Int
    var exponent: Int

    var value: Double { multiple(1) }

    func multiple(_ count: Int) -> Double {
      let number = Double(count) * Double(tenths)
      let power = exponent - 1
      if power < -300 { return number / 1e300 / pow(10, Double(-power - 300)) }
      return power < 0 ? number / pow(10, Double(-power)) : number * pow(10, Double(power))
    }

    /// Digits after the point that multiples of the step need.
    var decimals: Int { max(0, tenths == 25 ? 1 - exponent : -exponent) }
  }

  private init(step: Step, multiples: ClosedRange<Int>) {
    major = multiples.map(step.multiple)
    let size = major.map(abs).max()!
    let exponent = size > 0 ? Int(floor(log10(size) + 1e-12)) : 0
    // Ticks such as 1000000.001 and 1000000.002: say the large common part once.
    let spanPower = Int(ceil(log10(step.value) + log10(Double(multiples.count)) - 1e-12))
    let digits = exponent + step.decimals(dividedByTenTo: 0)
    if digits >= 6, exponent - spanPower >= 2, multiples.count > 1 {
      let unit = Step(tenths: 10, exponent: spanPower)
      let offset = floor(step.multiple(multiples.lowerBound) / unit.value + 1e-9)
      let perUnit = unit.value / step.value
      if abs(offset * perUnit) < 1e15, abs(perUnit.rounded() - perUnit) < 1e-6 {
        let shift = Int((offset * perUnit).rounded())
        let rest = Ticks(
          step: step, multiples: multiples.lowerBound - shift...multiples.upperBound - shift)
        let base = unit.multiple(Int(offset))
        let baseText =
          spanPower >= 6
          ? NumberText.scientific(base, digits: 12)
          : NumberText.trimmed(NumberText.fixed(base, decimals: unit.decimals))
        labels = rest.labels
        note = (rest.note.map { $0 + " " } ?? "") + (base < 0 ? "" : "+") + baseText
        return
      }
    }
    // Thousands and millions read well as k and M; beyond, and for small numbers, a power of ten.
    switch exponent {
    case 5...8:
      let (power, suffix) = exponent < 6 ? (3, "k") : (6, "M")
      let decimals = max(0, step.decimals(dividedByTenTo: power))
      labels = major.map {
        $0 == 0 ? "0" : NumberText.fixed($0 / pow(10, Double(power)), decimals: decimals) + suffix
      }
    case -3...4 where exponent > -3 || step.decimals <= 5:
      labels = major.map { NumberText.fixed($0, decimals: step.decimals) }
    default:
      let decimals = max(0, step.decimals(dividedByTenTo: exponent))
      let unit = Step(tenths: 10, exponent: exponent).value
      labels = major.map { NumberText.fixed($0 / unit, decimals: decimals) }
      note = "×" + NumberText.power(exponent)
    }
  }

  init(major: [Double], minor: [Double] = [], labels: [String], note: String? = nil) {
    self.major = major
    self.minor = minor
    self.labels = labels
    self.note = note
  }

  // MARK: - Logarithmic

  /// Powers of ten, or every second, third … of them; with fewer than two in sight, small multiples
  /// of them; nil where those are too few as well. The small ticks are at 2, 3 … 9 times a
  /// power, or at the powers without a label.
  private static func logarithmic(_ domain: ClosedRange<Double>, atMost maximum: Int) -> Ticks? {
    guard domain.lowerBound > 0, maximum > 0 else { return nil }
    let first = Int(ceil(log10(domain.lowerBound) - 1e-9))
    let last = Int(floor(log10(domain.upperBound) + 1e-9))
    func inside(_ value: Double) -> Bool {
      value.isFinite && value >= domain.lowerBound * (1 - 1e-9)
        && value <= domain.upperBound * (1 + 1e-9)
    }
    func multiples(_ factors: ClosedRange<Int>) -> [(factor: Int, exponent: Int, value: Double)] {
      (first - 1...last + 1).flatMap { exponent in
        factors.map { ($0, exponent, Step(tenths: 10, exponent: exponent).multiple($0)) }
      }.filter { inside($0.2) }
    }
    if last > first {
      var stride = 1
      while powers(first...last, every: stride).count > maximum { stride += 1 }
      let exponents = powers(first...last, every: stride)
      let minor =
        stride > 1
        ? (first...last).filter { !exponents.contains($0) }.map { pow(10, Double($0)) }
        : last - first <= 12 ? multiples(2...9).map(\.value) : []
      return Ticks(
        major: exponents.map { Step(tenths: 10, exponent: $0).value }, minor: minor,
        labels: exponents.map(NumberText.power))
    }
    let all = multiples(1...9)
    let choices = [Array(1...9), [1, 2, 3, 5, 7], [1, 2, 5]].map { factors in
      all.filter { factors.contains($0.factor) }
    }
    guard let chosen = choices.first(where: { (2...min(6, max(2, maximum))).contains($0.count) })
    else { return nil }
    let isPlain = chosen.allSatisfy { (-3...4).contains($0.exponent) }
    return Ticks(
      major: chosen.map(\.value),
      minor: all.map(\.value).filter { value in !chosen.contains { $0.value == value } },
      labels: chosen.map {
        isPlain ? NumberText.short($0.value) : "\($0.factor)×" + NumberText.power($0.exponent)
      })
  }

  /// The exponents in a range that are multiples of `stride`.
  private static func powers(_ range: ClosedRange<Int>, every stride: Int) -> [Int] {
    let found = range.filter { $0 % stride == 0 }
    return found.isEmpty ? [range.lowerBound] : found
  }
}

extension Ticks.Step {
  fileprivate func decimals(dividedByTenTo power: Int) -> Int {
    (tenths == 25 ? 1 - exponent : -exponent) + power
  }
}
