/// A straight line across the whole frame at one value.
struct ReferenceLine: Mark {
  var value: Double
  var isVertical: Bool
  var label: String?
  var color: PlotColor
  var style: LineStyle

  var summary: String {
    "\(isVertical ? "upright" : "level") line at \(NumberText.short(value))"
  }

  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent {
    isVertical
      ? Extent(x: Extent.range(of: [value], x)) : Extent(y: Extent.range(of: [value], y))
  }

  private func ends(in frame: Frame) -> (Point, Point)? {
    let rect = frame.rect
    if isVertical {
      return frame.x.map(value).flatMap {
        rect.clipped(Point(x: $0, y: rect.y), Point(x: $0, y: rect.maxY))
      }
    }
    return frame.y.map(value).flatMap {
      rect.clipped(Point(x: rect.x, y: $0), Point(x: rect.maxX, y: $0))
    }
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    guard let (a, b) = ends(in: frame) else { return }
    canvas.path(
      "M\(canvas.pair(a))L\(canvas.pair(b))", stroke: color.stroke, width: 1.5,
      attributes: style.attributes)
  }

  func drawKey(on canvas: inout SVGCanvas, in rect: Rect) {
    canvas.path(
      "M\(canvas.pair(Point(x: rect.x, y: rect.midY)))h\(canvas.num(rect.width))",
      stroke: color.stroke, width: 1.5, attributes: style.attributes)
  }

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    guard let (a, b) = ends(in: frame) else { return }
    canvas.line(a, b, color: color, style: style)
  }

  var terminalKey: (sign: String, plain: String, color: PlotColor) { ("╌╌", "- ", color) }
}

extension Axes {
  /// Draws a level line across the axes, as matplotlib's `axhline`.
  ///
  /// - Parameters:
  ///   - y: where it crosses the y axis.
  ///   - label: what the legend calls it.
  ///   - color: grey by default.
  ///   - style: dashed by default.
  public mutating func axhline(
    _ y: Double, label: String? = nil, color: PlotColor = .muted, style: LineStyle = .dashed
  ) {
    marks.append(
      ReferenceLine(value: y, isVertical: false, label: label, color: color, style: style))
  }

  /// Draws an upright line across the axes, as matplotlib's `axvline`.
  ///
  /// - Parameters:
  ///   - x: where it crosses the x axis.
  ///   - label: what the legend calls it.
  ///   - color: grey by default.
  ///   - style: dashed by default.
  public mutating func axvline(
    _ x: Double, label: String? = nil, color: PlotColor = .muted, style: LineStyle = .dashed
  ) {
    marks.append(
      ReferenceLine(value: x, isVertical: true, label: label, color: color, style: style))
  }
}
