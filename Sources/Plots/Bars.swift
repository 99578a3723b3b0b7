/// Upright bars over categories. Several series stand side by side.
struct Bars: FilledBars {
  /// The place of each bar's category on the x axis: 0, 1, 2 …
  var places: [Int]
  var heights: [Double]
  var label: String?
  var color: PlotColor
  var showsValues: Bool
  /// Where the bars start; where the axis has its foot if nil.
  var baseline: Double?
  /// Which of the series of the axes this is, and of how many.
  var group = 0
  var groups = 1
  var shade: Int { group }

  var summary: String {
    let name = label.map { " “\($0)”" } ?? ""
    return "\(heights.count) bars\(name)"
  }

  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent {
    let range = Extent.range(of: heights, y)
    guard let high = places.max(), let range else { return Extent() }
    let xs = -0.6...(Double(high) + 0.6)
    if let baseline {
      return Extent(
        x: xs, y: min(baseline, range.lowerBound)...max(baseline, range.upperBound),
        isTight: (true, true, range.lowerBound >= baseline, range.upperBound <= baseline))
    }
    if y == .log {
      return Extent(
        x: xs, y: range.lowerBound / 2...range.upperBound, isTight: (true, true, true, false))
    }
    return Extent(
      x: xs, y: min(0, range.lowerBound)...max(0, range.upperBound),
      isTight: (true, true, range.lowerBound >= 0, range.upperBound <= 0))
  }

  private func bounds(_ index: Int) -> (Double, Double) {
    let width = 0.8 / Double(groups)
    let left = Double(places[index]) - 0.4 + width * Double(group)
    return (left, left + width * (groups > 1 ? 0.94 : 1))
  }

  func rect(_ index: Int, in frame: Frame) -> Rect? {
    guard heights[index].isFinite else { return nil }
    let foot = baseline ?? (frame.y.kind == .log ? frame.y.domain.lowerBound : 0)
    return frame.rect(x: bounds(index), y: (foot, heights[index]))
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    for index in heights.indices {
      guard let rect = rect(index, in: frame) else { continue }
      canvas.rect(rect, fill: color.fill)
      guard showsValues else { continue }
      let text = text(heights[index])
      let size = min(11, rect.width * 1.1 / max(1, TextWidths.width(of: text, size: 1)))
      guard size >= 7 else { continue }
      // Inside the end of the bar where there is no room beyond it.
      let isUp = heights[index] >= baseline ?? 0
      let y = isUp ? max(rect.y - 4, frame.rect.y + size) : min(rect.maxY + size, frame.rect.maxY)
      canvas.text(
        text, at: Point(x: rect.midX, y: y), size: size, anchor: .middle, fill: "muted")
    }
  }

  /// The height, with as many decimals as the heights of the series need, up to three.
  private func text(_ height: Double) -> String {
    let shown = heights.filter(\.isFinite)
    let size = shown.map(abs).max() ?? 0
    guard size < 1e6, size == 0 || size >= 1e-2 else { return NumberText.short(height) }
    func digits(_ value: Double) -> Int {
      NumberText.trimmed(NumberText.fixed(value, decimals: size < 100 ? 3 : 1))
        .split(separator: ".").dropFirst().first?.count ?? 0
    }
    return NumberText.fixed(height, decimals: shown.map(digits).max() ?? 0)
  }

  func samples(in frame: Frame) -> [Point] {
    heights.indices.flatMap { index -> [Point] in
      guard let rect = rect(index, in: frame) else { return [] }
      return (0...4).flatMap { step in
        [rect.x, rect.midX, rect.maxX].map {
          // The first lies in the value above the bar.
          Point(x: $0, y: rect.y - 12 + (rect.height + 12) * Double(step) / 4)
        }
      }
    }
  }
}

extension Axes {
  /// Draws a bar for each category, as matplotlib's `bar`.
  ///
  /// A second call adds a series: bars of the same category then stand side by side.
  ///
  /// ```swift
  /// figure.bar(["SGD", "Adam"], [0.91, 0.97], label: "train")
  /// figure.bar(["SGD", "Adam"], [0.90, 0.95], label: "test")
  /// ```
  ///
  /// Traps if there is not a height for each category, or the baseline is not finite.
  ///
  /// - Parameters:
  ///   - categories: names on the x axis; new ones are added in order.
  ///   - heights: one for each category; a height that is not finite leaves a gap.
  ///   - label: what the legend calls the series.
  ///   - color: the next of the cycle if nil.
  ///   - showsValues: whether to write the height at the end of each bar.
  ///   - baseline: the value from which the bars go up or down, such as 1 for ratios on a log axis.
  ///     If nil it is 0, or the lower end of a log axis.
  public mutating func bar(
    _ categories: [String], _ heights: [Double], label: String? = nil, color: PlotColor? = nil,
    showsValues: Bool = false, baseline: Double? = nil
  ) {
    if let baseline, !Scale.canShow(baseline, .linear) {
      fatalError("bar: no bar can start at \(baseline); a baseline is finite")
    }
    requireSameCount("bar", ("categories", categories.count), ("heights", heights.count))
    for category in categories where !xCategories.contains(category) {
      xCategories.append(category)
    }
    var series = marks.indices.filter { marks[$0] is Bars }
    series.append(marks.count)
    marks.append(
      Bars(
        places: categories.map { xCategories.firstIndex(of: $0)! }, heights: heights, label: label,
        color: color ?? nextColor(), showsValues: showsValues, baseline: baseline))
    for (group, index) in series.enumerated() {
      var bars = marks[index] as! Bars
      bars.group = group
      bars.groups = series.count
      marks[index] = bars
    }
  }
}
