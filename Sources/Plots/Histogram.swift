/// How many values fall into each of a row of bins of equal width.
///
/// As NumPy's `histogram`: a bin holds its lower edge and not its upper one, except the last, which
/// holds both. Values outside the range, and those that are not finite, are not counted.
public struct Histogram: Sendable, Equatable {
  /// How many values each bin holds.
  public let counts: [Int]
  /// The edges of the bins: one more than there are bins.
  public let edges: [Double]

  /// Counts `values` in `bins` bins.
  ///
  /// Traps if `bins` is not positive, or the range not finite.
  ///
  /// - Parameters:
  ///   - values: any number of them.
  ///   - bins: at least 1.
  ///   - range: where the bins begin and end; from the smallest to the largest value if nil. When
  ///     all values are the same, it reaches half of one to either side.
  public init(of values: [Double], bins: Int = 10, range: ClosedRange<Double>? = nil) {
    guard bins > 0 else { fatalError("Histogram: \(bins) bins; at least one is needed") }
    var limits = range ?? Extent.range(of: values, .linear) ?? 0...1
    guard limits.lowerBound.isFinite, limits.upperBound.isFinite else {
      fatalError("Histogram: bins from \(limits); a range is finite")
    }
    if limits.lowerBound == limits.upperBound {
      // For large values half of one is lost in rounding; a millionth of the value is not.
      let half = max(0.5, abs(limits.lowerBound) * 1e-6)
      limits =
        max(-Scale.largest, limits.lowerBound - half)...min(Scale.largest, limits.upperBound + half)
    }
    let (low, high) = (limits.lowerBound, limits.upperBound)
    let edges = (0...bins).map { index in
      let t = Double(index) / Double(bins)
      if index == bins { return high }
      // The difference of the largest numbers overflows.
      return (high - low).isFinite ? low + (high - low) * t : low * (1 - t) + high * t
    }
    let scale = Scale(.linear, domain: limits, start: 0, end: Double(bins))
    var counts = [Int](repeating: 0, count: bins)
    for value in values where value >= low && value <= high {
      var bin = min(bins - 1, Int(scale.map(value)!))
      // The division rounds; the edges decide.
      if value < edges[bin] { bin -= 1 }
      if bin < bins - 1, value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    self.counts = counts
    self.edges = edges
  }

  /// The counts divided by their sum and the width of a bin, so that the area is 1.
  public var density: [Double] {
    let total = Double(counts.reduce(0, +))
    return counts.indices.map {
      // The width of the widest bins overflows, half of it does not.
      let half = edges[$0 + 1] / 2 - edges[$0] / 2
      return counts[$0] == 0 ? 0 : Double(counts[$0]) / total / half / 2
    }
  }
}

/// The bars of a histogram, edge to edge.
struct HistogramBars: FilledBars {
  var edges: [Double]
  var heights: [Double]
  var label: String?
  var color: PlotColor
  /// Which of the histograms of the axes this is: those after the first let it shine through.
  var layer: Int
  var shade: Int { layer }

  var summary: String {
    "histogram\(label.map { " “\($0)”" } ?? "") of \(heights.count) bins from "
      + "\(NumberText.short(edges[0])) to \(NumberText.short(edges[edges.count - 1]))"
  }

  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent {
    let top = Extent.range(of: heights, .linear)?.upperBound ?? 0
    return Extent(
      x: Extent.range(of: edges, x),
      y: y == .log ? (top > 0.5 ? 0.5...top : nil) : 0...(top > 0 ? top : 1),
      isTight: (false, false, true, false))
  }

  func rect(_ index: Int, in frame: Frame) -> Rect? {
    guard heights[index] > 0 else { return nil }
    let foot = frame.y.kind == .log ? frame.y.domain.lowerBound : 0
    return frame.rect(x: (edges[index], edges[index + 1]), y: (foot, heights[index]))
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    var data = ""
    for index in heights.indices {
      guard let rect = rect(index, in: frame) else { continue }
      let gap = rect.width > 4 ? 0.5 : 0
      data += "M\(canvas.pair(Point(x: rect.x + gap, y: rect.y)))h\(canvas.num(rect.width - gap))"
      data += "v\(canvas.num(rect.height))h\(canvas.num(gap - rect.width))Z"
    }
    canvas.filled(data, fill: color.fill, attributes: layer > 0 ? " fill-opacity=\"0.6\"" : "")
  }

  func samples(in frame: Frame) -> [Point] {
    heights.indices.flatMap { index -> [Point] in
      guard let rect = rect(index, in: frame) else { return [] }
      return (0...4).map { Point(x: rect.midX, y: rect.y + rect.height * Double($0) / 4) }
    }
  }
}

extension Axes {
  /// Draws how values are spread, as matplotlib's `hist`.
  ///
  /// Traps if `bins` is not positive, or the range not finite.
  ///
  /// - Parameters:
  ///   - values: what to count.
  ///   - bins: how many bars.
  ///   - range: where they begin and end; from the smallest to the largest value if nil.
  ///   - density: whether to scale the bars so that their area is 1.
  ///   - label: what the legend calls them.
  ///   - color: the next of the cycle if nil.
  public mutating func hist(
    _ values: [Double], bins: Int = 10, range: ClosedRange<Double>? = nil, density: Bool = false,
    label: String? = nil, color: PlotColor? = nil
  ) {
    let histogram = Histogram(of: values, bins: bins, range: range)
    let layer = marks.count { $0 is HistogramBars }
    marks.append(
      HistogramBars(
        edges: histogram.edges,
        heights: density ? histogram.density : histogram.counts.map(Double.init), label: label,
        color: color ?? nextColor(), layer: layer))
  }
}
