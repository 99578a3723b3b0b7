/// One thing drawn on a pair of axes: a line, bars, an image …
///
/// A mark is written for two surfaces, the SVG canvas and the terminal, and both hand it a frame
/// that says where a value lies.
protocol Mark: Sendable {
  /// What the legend calls it; nil keeps it out of the legend.
  var label: String? { get }

  /// A few words for people who cannot see the figure.
  var summary: String { get }

  /// The values that the axes have to show.
  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent

  func draw(on canvas: inout SVGCanvas, in frame: Frame)

  /// The sample that the legend shows next to the label.
  func drawKey(on canvas: inout SVGCanvas, in rect: Rect)

  func draw(on canvas: inout TerminalCanvas, in frame: Frame)

  /// The sign and colour that a legend in the terminal shows next to the label.
  var terminalKey: (sign: String, plain: String, color: PlotColor) { get }

  /// Places that the legend should not cover.
  func samples(in frame: Frame) -> [Point]

  /// The colours that a colour bar beside the axes explains.
  var colorScale: ColorScale? { get }
}

extension Mark {
  var label: String? { nil }
  func drawKey(on canvas: inout SVGCanvas, in rect: Rect) {}
  var terminalKey: (sign: String, plain: String, color: PlotColor) { ("■", "#", .ink) }
  func samples(in frame: Frame) -> [Point] { [] }
  var colorScale: ColorScale? { nil }
}

/// The values that a mark spans on both axes; nil where it spans none.
struct Extent: Sendable {
  var x: ClosedRange<Double>?
  var y: ClosedRange<Double>?
  /// Ends at which the axes add no margin.
  var isTight = (xLow: false, xHigh: false, yLow: false, yHigh: false)

  static func range(of values: some Sequence<Double>, _ kind: AxisScale) -> ClosedRange<Double>? {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where Scale.canShow(value, kind) {
      low = min(low, value)
      high = max(high, value)
    }
    return low <= high ? low...high : nil
  }
}

/// Where the values of an axes pair lie on a canvas.
struct Frame: Sendable {
  var rect: Rect
  var x: Scale
  var y: Scale
  /// The length of a pixel of the SVG in units of the canvas.
  var unit = 1.0

  /// The place of a point, or nil if one of its values has none.
  func point(_ px: Double, _ py: Double) -> Point? {
    guard let left = x.map(px), let top = y.map(py) else { return nil }
    return Point(x: left, y: top)
  }

  /// The rectangle between two corners, cut to the frame; nil if nothing is left of it.
  func rect(x xs: (Double, Double), y ys: (Double, Double)) -> Rect? {
    func place(_ value: Double, _ scale: Scale) -> Double? {
      let clamped = min(max(value, scale.domain.lowerBound), scale.domain.upperBound)
      return value.isNaN ? nil : scale.map(clamped)
    }
    guard let a = place(xs.0, x), let b = place(xs.1, x), let c = place(ys.0, y),
      let d = place(ys.1, y), a != b
    else { return nil }
    return Rect(x: min(a, b), y: min(c, d), width: abs(b - a), height: abs(d - c))
  }
}

/// A colour map and the values at its two ends.
struct ColorScale: Sendable {
  var map: ColorMap
  var limits: ClosedRange<Double>

  /// Over the given limits, or else from the smallest to the largest finite value.
  ///
  /// Traps if a limit is not finite.
  init(_ map: ColorMap, limits: ClosedRange<Double>?, values: [[Double]]) {
    if let limits, !limits.lowerBound.isFinite || !limits.upperBound.isFinite {
      fatalError("limits: \(limits) of a colour map; the values at its ends are finite")
    }
    self.map = map
    self.limits = limits ?? Extent.range(of: values.joined(), .linear) ?? 0...1
  }

  func color(_ value: Double) -> RGB {
    if limits.lowerBound == limits.upperBound { return map.rgb(at: value.isNaN ? .nan : 0.5) }
    let unit = Scale.unit(limits)
    let low = limits.lowerBound * unit
    return map.rgb(at: (value * unit - low) / (limits.upperBound * unit - low))
  }
}

/// Stops with a message that names the call when lists that belong together differ in length.
func requireSameCount(_ call: String, _ lists: (name: String, count: Int)...) {
  guard lists.contains(where: { $0.count != lists[0].count }) else { return }
  let counts = lists.map { "\($0.name) has \($0.count)" }.joined(separator: ", ")
  fatalError("\(call): \(counts); each point takes one value of each, so pass lists of one length")
}

/// Stops with a message that names the call when the rows of a matrix differ in length.
func requireRectangular(_ call: String, _ name: String, _ rows: [[Double]]) {
  guard let row = rows.firstIndex(where: { $0.count != rows[0].count }) else { return }
  fatalError(
    "\(call): row \(row) of \(name) has \(rows[row].count) values and row 0 has \(rows[0].count); "
      + "every row of a matrix needs the same number of columns")
}
