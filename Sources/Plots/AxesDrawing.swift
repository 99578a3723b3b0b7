extension Axes {
  static let titleSize = 14.0
  static let labelSize = 13.0
  static let tickSize = 11.5

  /// The label of an axis with what its ticks leave out.
  static func label(_ label: String, note: String?) -> String {
    guard let note else { return label }
    return label.isEmpty ? note : "\(label) (\(note))"
  }

  /// Draws everything of these axes.
  ///
  /// - Parameters:
  ///   - canvas: where to.
  ///   - rect: the frame between the axes.
  ///   - cell: the part of the figure in which the labels must stay.
  func draw(on canvas: inout SVGCanvas, in rect: Rect, cell: Rect) {
    let layout = AxesLayout(self, in: rect, cell: cell)
    canvas.open("class=\"plot-axes\"")
    defer { canvas.close() }
    drawTitle(on: &canvas, layout)
    if let surface {
      SurfaceDrawing(self, surface, in: rect).draw(on: &canvas)
      if colorBar { drawColorBar(on: &canvas, layout) }
      return
    }
    if grid, showsFrame { drawGrid(on: &canvas, layout) }
    for mark in marks where !(mark is Surface) { mark.draw(on: &canvas, in: layout.frame) }
    if showsFrame { drawFrame(on: &canvas, layout) }
    drawLabels(on: &canvas, layout)
    if colorBar { drawColorBar(on: &canvas, layout) }
    Legend(marks, in: layout.frame.rect)?
      .draw(
        on: &canvas, at: legendPosition, in: layout.frame, marks,
        beyond: layout.colorBarSpace(self))
  }

  private func drawTitle(on canvas: inout SVGCanvas, _ layout: AxesLayout) {
    let rect = layout.frame.rect
    for (row, line) in layout.title.reversed().enumerated() {
      canvas.text(
        line, at: Point(x: rect.midX, y: rect.y - 9 - Double(row) * Axes.titleSize * 1.25),
        size: Axes.titleSize, anchor: .middle, isBold: true)
    }
  }

  private func drawGrid(on canvas: inout SVGCanvas, _ layout: AxesLayout) {
    let rect = layout.frame.rect
    var lines = ""
    for x in layout.xTicks.major.compactMap(layout.frame.x.map) {
      lines += "M\(canvas.pair(Point(x: x, y: rect.y)))v\(canvas.num(rect.height))"
    }
    for y in layout.yTicks.major.compactMap(layout.frame.y.map) {
      lines += "M\(canvas.pair(Point(x: rect.x, y: y)))h\(canvas.num(rect.width))"
    }
    canvas.path(lines, stroke: "grid", width: 1)
  }

  private func drawFrame(on canvas: inout SVGCanvas, _ layout: AxesLayout) {
    let rect = layout.frame.rect
    var lines = "M\(canvas.pair(Point(x: rect.x, y: rect.y)))V\(canvas.num(rect.maxY))"
    lines += "H\(canvas.num(rect.maxX))"
    // A full box where colours reach the edge or arrows have no foot to stand on.
    if aspect == .equal || marks.contains(where: { $0 is Quiver }) {
      lines += "V\(canvas.num(rect.y))Z"
    }
    func addX(_ values: [Double], _ length: Double) {
      for x in values.compactMap(layout.frame.x.map) {
        lines += "M\(canvas.pair(Point(x: x, y: rect.maxY)))v\(canvas.num(length))"
      }
    }
    func addY(_ values: [Double], _ length: Double) {
      for y in values.compactMap(layout.frame.y.map) {
        lines += "M\(canvas.pair(Point(x: rect.x, y: y)))h\(canvas.num(-length))"
      }
    }
    if xCategories.isEmpty { addX(layout.xTicks.major, 4.5) }
    if yCategories.isEmpty { addY(layout.yTicks.major, 4.5) }
    addX(layout.xTicks.minor, 2.5)
    addY(layout.yTicks.minor, 2.5)
    canvas.path(lines, stroke: "frame", width: 1)
  }

  private func drawLabels(on canvas: inout SVGCanvas, _ layout: AxesLayout) {
    let rect = layout.frame.rect
    for (value, text) in zip(layout.xTicks.major, layout.xTicks.labels) {
      guard let x = layout.frame.x.map(value) else { continue }
      let y = rect.maxY + 7 + Axes.tickSize * 0.85
      if layout.isTurned {
        canvas.text(
          text, at: Point(x: x + 3, y: y - 2), size: Axes.tickSize, anchor: .end, fill: "muted",
          angle: -40)
      } else {
        canvas.text(
          text, at: Point(x: x, y: y), size: Axes.tickSize, anchor: .middle, fill: "muted")
      }
    }
    var widest = 0.0
    for (value, text) in zip(layout.yTicks.major, layout.yTicks.labels) {
      guard let y = layout.frame.y.map(value) else { continue }
      widest = max(widest, TextWidths.width(of: text, size: Axes.tickSize))
      canvas.text(
        text, at: Point(x: rect.x - 8, y: y + Axes.tickSize * 0.36), size: Axes.tickSize,
        anchor: .end, fill: "muted")
    }
    let below = rect.maxY + (showsFrame ? 8 + layout.xLabelHeight : 0) + 6
    for (row, line) in layout.xTitle.enumerated() {
      canvas.text(
        line, at: Point(x: rect.midX, y: below + (Double(row) * 1.25 + 0.9) * Axes.labelSize),
        size: Axes.labelSize, anchor: .middle)
    }
    let left = rect.x - (showsFrame ? 8 + widest : 0) - 8
    for (row, line) in layout.yTitle.reversed().enumerated() {
      canvas.text(
        line,
        at: Point(x: left - (Double(row) * 1.25 + 0.15) * Axes.labelSize, y: rect.midY),
        size: Axes.labelSize, anchor: .middle, angle: -90)
    }
  }

  private func drawColorBar(on canvas: inout SVGCanvas, _ layout: AxesLayout) {
    guard let scale = marks.lazy.compactMap(\.colorScale).first,
      let ticks = layout.colorBarTicks(self)
    else { return }
    let frame = layout.frame.rect
    let bar = Rect(
      x: frame.maxX + 16, y: frame.y, width: AxesLayout.colorBarWidth, height: frame.height)
    let steps = 128
    let pixels = (0..<steps).map { scale.map.rgb(at: 1 - Double($0) / Double(steps - 1)) }
    canvas.image(pixels.png(width: 1, height: steps), in: bar)
    let place = Scale(
      .linear, domain: Scale.limits(.linear, extent: scale.limits, margin: 0), start: bar.maxY,
      end: bar.y)
    for (value, text) in zip(ticks.major, ticks.labels) {
      guard let y = place.map(value) else { continue }
      canvas.line(Point(x: bar.maxX, y: y), Point(x: bar.maxX + 4, y: y), stroke: "frame")
      canvas.text(
        text, at: Point(x: bar.maxX + 7, y: y + Axes.tickSize * 0.36), size: Axes.tickSize,
        fill: "muted")
    }
    if let note = ticks.note {
      canvas.text(
        note, at: Point(x: bar.x, y: bar.y - 9), size: Axes.tickSize, fill: "muted")
    }
  }
}
