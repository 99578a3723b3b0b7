import BackpropFiles

/// A field of arrows.
struct Quiver: Mark {
  var x: [Double]
  var y: [Double]
  /// The arrows in the units of the axes, already scaled.
  var u: [Double]
  var v: [Double]
  var label: String?
  var color: PlotColor

  var summary: String { "field of \(x.count) arrows" }

  func extent(_ xKind: AxisScale, _ yKind: AxisScale) -> Extent {
    let shown = x.indices.filter { isDrawable($0) }
    return Extent(
      x: Extent.range(of: shown.flatMap { [x[$0], x[$0] + u[$0]] }, xKind),
      y: Extent.range(of: shown.flatMap { [y[$0], y[$0] + v[$0]] }, yKind))
  }

  private func isDrawable(_ index: Int) -> Bool {
    x[index].isFinite && y[index].isFinite && u[index].isFinite && v[index].isFinite
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    var data = ""
    var dots: [Point] = []
    for index in x.indices where isDrawable(index) {
      guard let tail = frame.point(x[index], y[index]), frame.rect.contains(tail),
        let tip = frame.point(x[index] + u[index], y[index] + v[index])
      else { continue }
      let length = hypot(tip.x - tail.x, tip.y - tail.y)
      guard length > 1.2 else {
        dots.append(tail)
        continue
      }
      if let arrow = arrow(from: tail, to: tip, length: length, frame, canvas) { data += arrow }
    }
    canvas.filled(data, fill: color.fill)
    Marker.circle.draw(on: &canvas, at: dots, color: color, size: 2)
  }

  /// The outline of an arrow: a shaft and a swept-back head, both smaller on a short arrow.
  private func arrow(
    from tail: Point, to tip: Point, length: Double, _ frame: Frame, _ canvas: SVGCanvas
  ) -> String? {
    var (tip, length) = (tip, length)
    if !frame.rect.contains(tip) {
      guard let (_, end) = frame.rect.clipped(tail, tip) else { return nil }
      tip = end
      length = hypot(tip.x - tail.x, tip.y - tail.y)
      guard length > 1.2 else { return nil }
    }
    let (dx, dy) = ((tip.x - tail.x) / length, (tip.y - tail.y) / length)
    let head = min(9, length * 0.45)
    let shaft = min(0.9, head * 0.12)
    func place(_ along: Double, _ aside: Double) -> String {
      canvas.pair(
        Point(x: tail.x + dx * along - dy * aside, y: tail.y + dy * along + dx * aside))
    }
    let neck = length - head * 0.8
    let corners = [
      place(0, shaft), place(neck, shaft), place(length - head, head * 0.42), place(length, 0),
      place(length - head, -head * 0.42), place(neck, -shaft), place(0, -shaft),
    ]
    return "M" + corners.joined(separator: "L") + "Z"
  }

  func drawKey(on canvas: inout SVGCanvas, in rect: Rect) {
    let whole = Frame(
      rect: rect, x: Scale(.linear, domain: 0...1, start: rect.x, end: rect.maxX),
      y: Scale(.linear, domain: 0...1, start: rect.maxY, end: rect.y))
    let (tail, tip) = (Point(x: rect.x, y: rect.midY), Point(x: rect.maxX, y: rect.midY))
    if let data = arrow(from: tail, to: tip, length: rect.width, whole, canvas) {
      canvas.filled(data, fill: color.fill)
    }
  }

  func samples(in frame: Frame) -> [Point] {
    x.indices.compactMap { frame.point(x[$0] + u[$0] / 2, y[$0] + v[$0] / 2) }
  }

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    let signs = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"]
    let plain = [">", "/", "^", "\\", "<", "/", "v", "\\"]
    for index in x.indices where isDrawable(index) {
      guard let tail = frame.point(x[index], y[index]), frame.rect.contains(tail),
        let tip = frame.point(x[index] + u[index], y[index] + v[index])
      else { continue }
      if hypot(tip.x - tail.x, tip.y - tail.y) < 0.4 {
        canvas.put("·", ".", at: tail, color: color)
        continue
      }
      let eighth = atan2(tail.y - tip.y, tip.x - tail.x) / (.pi / 4)
      let place = (Int(eighth.rounded()) + 8) % 8
      canvas.put(signs[place], plain[place], at: tail, color: color)
    }
  }

  var terminalKey: (sign: String, plain: String, color: PlotColor) { ("→", ">", color) }
}

extension Axes {
  /// Draws an arrow at each point, as matplotlib's `quiver` with `angles="xy"`: the arrow at (x, y)
  /// points to (x + u / scale, y + v / scale) in the units of the axes.
  ///
  /// ```swift
  /// figure.quiver(x, y, gradient0.map { -$0 }, gradient1.map { -$0 })
  /// ```
  ///
  /// Traps if the lists differ in length, or `scale` is not positive.
  ///
  /// - Parameters:
  ///   - x: where the arrows begin, from left to right.
  ///   - y: how high they begin.
  ///   - u: their first components; an arrow that is not finite is left out, one of no length is a
  ///     dot.
  ///   - v: their second components.
  ///   - scale: what to divide the arrows by; if nil, such that the longest is about as long as
  ///     the arrows are apart.
  ///   - label: what the legend calls them.
  ///   - color: the next of the cycle if nil.
  public mutating func quiver(
    _ x: [Double], _ y: [Double], _ u: [Double], _ v: [Double], scale: Double? = nil,
    label: String? = nil, color: PlotColor? = nil
  ) {
    requireSameCount("quiver", ("x", x.count), ("y", y.count), ("u", u.count), ("v", v.count))
    if let scale, !(scale > 0) {
      fatalError("quiver: scale is \(scale); arrows are divided by it, so pass a positive number")
    }
    // In the units of the grid, so that axes of different ranges do not distort the measure.
    let (columns, rows) = (Set(x), Set(y))
    let isGrid = columns.count * rows.count == x.count
    func spacing(_ values: Set<Double>) -> Double {
      guard let range = Extent.range(of: values, .linear), range.lowerBound < range.upperBound
      else { return 1 }
      let count = isGrid ? Double(values.count) : max(2, Double(x.count).squareRoot())
      return (range.upperBound - range.lowerBound) / (count - 1)
    }
    let (stepX, stepY) = (spacing(columns), spacing(rows))
    let lengths = x.indices.map { hypot(u[$0] / stepX, v[$0] / stepY) }
    let longest = lengths.filter(\.isFinite).max() ?? 0
    let divisor = scale ?? (longest > 0 ? longest / 0.95 : 1)
    marks.append(
      Quiver(
        x: x, y: y, u: u.map { $0 / divisor }, v: v.map { $0 / divisor }, label: label,
        color: color ?? nextColor()))
  }
}
