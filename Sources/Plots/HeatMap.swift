/// A matrix drawn as coloured cells with their values written in them.
struct HeatMap: Mark {
  var rows: [[Double]]
  var scale: ColorScale
  var decimals: Int?

  var summary: String {
    "heat map of \(rows.count) by \(rows.first?.count ?? 0) values from "
      + "\(NumberText.short(scale.limits.lowerBound)) to "
      + NumberText.short(scale.limits.upperBound)
  }
  var colorScale: ColorScale? { scale }

  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent {
    guard let width = rows.first?.count, width > 0 else { return Extent() }
    return Extent(
      x: -0.5...(Double(width) - 0.5), y: -0.5...(Double(rows.count) - 0.5),
      isTight: (true, true, true, true))
  }

  private func text(_ value: Double) -> String {
    if !value.isFinite { return NumberText.short(value) }
    return decimals.map { NumberText.fixed(value, decimals: min(max($0, 0), 15)) }
      ?? NumberText.short(value)
  }

  private func cell(_ row: Int, _ column: Int, in frame: Frame) -> Rect? {
    frame.rect(
      x: (Double(column) - 0.5, Double(column) + 0.5), y: (Double(row) - 0.5, Double(row) + 0.5))
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    guard let first = cell(0, 0, in: frame) else { return }
    // One size for all, so that the numbers can be compared; none where they would be too small.
    let widest = rows.joined().map { TextWidths.width(of: text($0), size: 1) }.max() ?? 1
    let size = min(13, (first.width - 4) / widest, first.height * 0.6)
    // Smoothed edges would let the page shine through between cells.
    canvas.open("shape-rendering=\"crispEdges\"")
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        guard let rect = cell(row, column, in: frame) else { continue }
        canvas.rect(rect, fill: scale.color(value).hex)
      }
    }
    canvas.close()
    guard size >= 6 else { return }
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        guard let rect = cell(row, column, in: frame) else { continue }
        let color = scale.color(value)
        let (dark, light) = (RGB(0x14181D), RGB(0xFFFFFF))
        let ink = RGB.contrast(color, dark) >= RGB.contrast(color, light) ? dark : light
        canvas.text(
          text(value), at: Point(x: rect.midX, y: rect.midY + size * 0.36), size: size,
          anchor: .middle, fill: ink.hex)
      }
    }
  }

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    let widest = rows.joined().map { text($0).count }.max() ?? 0
    guard let first = cell(0, 0, in: frame) else { return }
    let hasRoom = Int(first.width / canvas.dotsAcross) > widest
    // Without colour, numbers among shades are hard to read: then numbers alone.
    if canvas.hasColor || !hasRoom { shade(&canvas, frame) }
    guard hasRoom else { return }
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        guard let rect = cell(row, column, in: frame) else { continue }
        canvas.write(
          text(value), centeredAt: Point(x: rect.midX, y: rect.midY), on: scale.color(value))
      }
    }
  }

  private func shade(_ canvas: inout TerminalCanvas, _ frame: Frame) {
    canvas.image(in: frame.rect) { x, y in
      guard let row = frame.y.index(at: y, below: rows.count),
        let column = frame.x.index(at: x, below: rows[row].count)
      else { return nil }
      return scale.color(rows[row][column])
    }
  }
}

extension Axes {
  /// Draws a matrix as coloured cells with the values written in them.
  ///
  /// Traps if the rows differ in length, or there is not a label for each row and each column.
  ///
  /// - Parameters:
  ///   - values: rows of equal length; row 0 is at the top.
  ///   - rowLabels: a name for each row, or nil for their numbers.
  ///   - columnLabels: a name for each column, or nil for their numbers.
  ///   - colorMap: from the lowest value to the highest.
  ///   - limits: the values at the ends of the map; the smallest and largest value if nil.
  ///   - decimals: digits after the point; as many as a value needs, up to four, if nil.
  public mutating func heatMap(
    _ values: [[Double]], rowLabels: [String]? = nil, columnLabels: [String]? = nil,
    colorMap: ColorMap = .viridis, limits: ClosedRange<Double>? = nil, decimals: Int? = nil
  ) {
    requireRectangular("heatMap", "values", values)
    let columns = values.first?.count ?? 0
    if let rowLabels {
      requireSameCount("heatMap", ("values", values.count), ("rowLabels", rowLabels.count))
    }
    if let columnLabels, !values.isEmpty {
      requireSameCount(
        "heatMap", ("a row of values", columns), ("columnLabels", columnLabels.count))
    }
    if marks.isEmpty {
      isYInverted = true
      aspect = .equal
    }
    xCategories = columnLabels ?? (0..<columns).map(String.init)
    yCategories = rowLabels ?? values.indices.map(String.init)
    let scale = ColorScale(colorMap, limits: limits, values: values)
    marks.append(HeatMap(rows: values, scale: scale, decimals: decimals))
  }

  /// Draws how often each true class (row) was predicted as each class (column).
  ///
  /// Traps if the matrix is not square, or there is not a label for each class.
  ///
  /// - Parameters:
  ///   - counts: a square matrix; `counts[i][j]` examples of class i were taken for class j.
  ///   - labels: the names of the classes, or nil for their numbers.
  ///   - colorMap: from the lowest count to the highest.
  public mutating func confusionMatrix(
    _ counts: [[Int]], labels: [String]? = nil, colorMap: ColorMap = .viridis
  ) {
    let values = counts.map { $0.map(Double.init) }
    if let wrong = values.first(where: { $0.count != values.count }) {
      fatalError(
        "confusionMatrix: \(values.count) rows but a row of \(wrong.count) columns; "
          + "it needs one row and one column for each class")
    }
    heatMap(values, rowLabels: labels, columnLabels: labels, colorMap: colorMap, decimals: 0)
    if xlabel.isEmpty { xlabel = "predicted" }
    if ylabel.isEmpty { ylabel = "true" }
  }
}
