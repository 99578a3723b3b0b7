/// Points in order, joined by lines, marked by signs, or both.
struct LineSeries: Mark {
  var x: [Double]
  var y: [Double]
  var label: String?
  var color: PlotColor
  var style: LineStyle
  var marker: Marker?
  var width: Double
  var markerSize: Double

  var summary: String {
    let kind = style == .none ? "points" : "line"
    let count = "\(x.count) \(x.count == 1 ? "point" : "points")"
    let name = label.map { " “\($0)”" } ?? ""
    guard let range = Extent.range(of: y, .linear) else { return "\(kind)\(name), \(count)" }
    return "\(kind)\(name), \(count), from \(NumberText.short(range.lowerBound)) to "
      + NumberText.short(range.upperBound)
  }

  func extent(_ xKind: AxisScale, _ yKind: AxisScale) -> Extent {
    // A point that is not drawn because one of its values has no place must not stretch the other.
    let shown = x.indices.filter { Scale.canShow(x[$0], xKind) && Scale.canShow(y[$0], yKind) }
    return Extent(
      x: Extent.range(of: shown.lazy.map { x[$0] }, xKind),
      y: Extent.range(of: shown.lazy.map { y[$0] }, yKind))
  }

  // MARK: - SVG

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    let runs = Polyline.runs(places(in: frame))
    if style != .none {
      let data = Polyline.pathData(runs, in: frame.rect, canvas)
      canvas.path(
        data, stroke: color.stroke, width: width,
        attributes: " stroke-linejoin=\"round\"" + style.attributes)
      // A lone point between gaps would vanish, as a line needs two.
      if marker == nil {
        let lone = runs.filter { $0.count == 1 && frame.rect.contains($0[0]) }.map { $0[0] }
        Marker.circle.draw(on: &canvas, at: lone, color: color, size: max(5, width * 2.5))
      }
    }
    guard let marker else { return }
    let inside = places(in: frame).compactMap { $0 }.filter { frame.rect.contains($0, slack: 0.5) }
    marker.draw(on: &canvas, at: Polyline.thinned(inside), color: color, size: markerSize)
  }

  func drawKey(on canvas: inout SVGCanvas, in rect: Rect) {
    if style != .none {
      canvas.path(
        "M\(canvas.pair(Point(x: rect.x, y: rect.midY)))h\(canvas.num(rect.width))",
        stroke: color.stroke, width: width, attributes: style.attributes)
    }
    let middle = Point(x: rect.midX, y: rect.midY)
    marker?.draw(on: &canvas, at: [middle], color: color, size: markerSize)
  }

  func samples(in frame: Frame) -> [Point] {
    let step = max(1, x.count / 400)
    return stride(from: 0, to: x.count, by: step).flatMap { index -> [Point] in
      guard let a = frame.point(x[index], y[index]) else { return [] }
      let next = index + step
      guard style != .none, next < x.count, let b = frame.point(x[next], y[next]),
        let (from, to) = frame.rect.clipped(a, b)
      else { return [a] }
      return (0..<8).map {
        let t = Double($0) / 8
        return Point(x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t)
      }
    }
  }

  private func places(in frame: Frame) -> [Point?] {
    x.indices.map { frame.point(x[$0], y[$0]) }
  }

  // MARK: - Terminal

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    let runs = Polyline.runs(places(in: frame))
    if style != .none {
      for run in runs {
        for (a, b) in zip(run, run.dropFirst()) {
          guard let (from, to) = frame.rect.clipped(a, b) else { continue }
          canvas.line(from, to, color: color, style: style)
        }
        if run.count == 1, frame.rect.contains(run[0]) { canvas.dot(run[0], color: color) }
      }
    }
    for place in places(in: frame) {
      guard let place, frame.rect.contains(place, slack: 0.5) else { continue }
      if let marker, style == .none || x.count * 4 <= canvas.columns {
        canvas.put(marker.terminalSign.sign, marker.terminalSign.plain, at: place, color: color)
      } else if marker != nil {
        canvas.dot(place, color: color)
      }
    }
  }

  var terminalKey: (sign: String, plain: String, color: PlotColor) {
    if let marker { return (marker.terminalSign.sign, marker.terminalSign.plain, color) }
    switch style {
    case .solid, .none: return ("──", "--", color)
    case .dashed: return ("╌╌", "- ", color)
    case .dotted: return ("┈┈", "..", color)
    case .dashDotted: return ("─·", "-.", color)
    }
  }
}

extension Axes {
  /// Draws a line through points, as matplotlib's `plot`.
  ///
  /// A point with a value that is not finite leaves a gap. A line of many points stays small: of
  /// all that fall on one column of pixels only the first, lowest, highest and last are kept.
  ///
  /// ```swift
  /// figure.plot(x, x.map(tanh), label: "tanh", style: .dashed)
  /// figure.plot(epochs, accuracy, label: "test", marker: .square)
  /// ```
  ///
  /// Traps if there are not as many `y` as `x`.
  ///
  /// - Parameters:
  ///   - x: where the points are, from left to right.
  ///   - y: how high they are: as many as `x`.
  ///   - label: what the legend calls the line.
  ///   - color: the next of the cycle if nil.
  ///   - style: solid, dashed … or `.none` for markers alone.
  ///   - marker: a sign at every point.
  ///   - width: of the line, in pixels.
  public mutating func plot(
    _ x: [Double], _ y: [Double], label: String? = nil, color: PlotColor? = nil,
    style: LineStyle = .solid, marker: Marker? = nil, width: Double = 2
  ) {
    requireSameCount("plot", ("x", x.count), ("y", y.count))
    marks.append(
      LineSeries(
        x: x, y: y, label: label, color: color ?? nextColor(), style: style, marker: marker,
        width: width, markerSize: 7))
  }

  /// Draws a line through values at 0, 1, 2 …
  ///
  /// - Parameters:
  ///   - y: the values.
  ///   - label: what the legend calls the line.
  ///   - color: the next of the cycle if nil.
  ///   - style: solid, dashed … or `.none` for markers alone.
  ///   - marker: a sign at every point.
  ///   - width: of the line, in pixels.
  public mutating func plot(
    _ y: [Double], label: String? = nil, color: PlotColor? = nil, style: LineStyle = .solid,
    marker: Marker? = nil, width: Double = 2
  ) {
    plot(
      y.indices.map(Double.init), y, label: label, color: color, style: style, marker: marker,
      width: width)
  }

  /// Draws points without lines, as matplotlib's `scatter`.
  ///
  /// Traps if there are not as many `y` as `x`.
  ///
  /// - Parameters:
  ///   - x: where the points are, from left to right.
  ///   - y: how high they are: as many as `x`.
  ///   - label: what the legend calls the points.
  ///   - color: the next of the cycle if nil.
  ///   - marker: the sign to draw.
  ///   - size: the breadth of the sign in pixels.
  public mutating func scatter(
    _ x: [Double], _ y: [Double], label: String? = nil, color: PlotColor? = nil,
    marker: Marker = .circle, size: Double = 6
  ) {
    requireSameCount("scatter", ("x", x.count), ("y", y.count))
    marks.append(
      LineSeries(
        x: x, y: y, label: label, color: color ?? nextColor(), style: .none, marker: marker,
        width: 0, markerSize: size))
  }
}
