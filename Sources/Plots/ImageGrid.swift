/// A picture of pixels, one for each value of a matrix; row 0 is at the top.
struct ImageGrid: Mark {
  var rows: [[Double]]
  var scale: ColorScale

  var height: Int { rows.count }
  var width: Int { rows.first?.count ?? 0 }

  var summary: String { "image of \(height) by \(width) pixels" }
  var colorScale: ColorScale? { scale }

  func extent(_ x: AxisScale, _ y: AxisScale) -> Extent {
    guard height > 0, width > 0 else { return Extent() }
    return Extent(
      x: -0.5...(Double(width) - 0.5), y: -0.5...(Double(height) - 0.5),
      isTight: (true, true, true, true))
  }

  var pixels: [RGB] { rows.flatMap { $0.map(scale.color) } }

  /// The rows and columns of which the middle lies within the limits of the axes, and the
  /// rectangle that they fill.
  private func shown(in frame: Frame) -> (rows: Range<Int>, columns: Range<Int>, rect: Rect)? {
    func range(_ count: Int, _ domain: ClosedRange<Double>) -> Range<Int> {
      let low = max(0, min(Double(count), domain.lowerBound.rounded(.up)))
      let high = max(low, min(Double(count), domain.upperBound.rounded(.down) + 1))
      return Int(low)..<Int(high)
    }
    let (tall, wide) = (range(height, frame.y.domain), range(width, frame.x.domain))
    guard !tall.isEmpty, !wide.isEmpty,
      let rect = frame.rect(
        x: (Double(wide.lowerBound) - 0.5, Double(wide.upperBound) - 0.5),
        y: (Double(tall.lowerBound) - 0.5, Double(tall.upperBound) - 0.5))
    else { return nil }
    return (tall, wide, rect)
  }

  func draw(on canvas: inout SVGCanvas, in frame: Frame) {
    guard let (tall, wide, rect) = shown(in: frame) else { return }
    var visible = rows[tall].map { $0[wide].map(scale.color) }
    if frame.y.start > frame.y.end { visible.reverse() }
    // Some renderers smooth small pictures whatever the style says: give each pixel a few.
    let repeats = max(1, min(8, 256 / max(tall.count, wide.count)))
    let pixels = visible.flatMap { row -> [RGB] in
      let wideRow = row.flatMap { Array(repeating: $0, count: repeats) }
      return (0..<repeats).flatMap { _ in wideRow }
    }
    let png = pixels.png(width: wide.count * repeats, height: tall.count * repeats)
    canvas.image(png, in: rect)
  }

  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    guard height > 0, width > 0 else { return }
    canvas.image(in: frame.rect) { x, y in
      guard let row = frame.y.index(at: y, below: height),
        let column = frame.x.index(at: x, below: width)
      else { return nil }
      return scale.color(rows[row][column])
    }
  }
}

extension Axes {
  /// Draws a matrix as an image, as matplotlib's `imshow`: row 0 is at the top and pixels are
  /// square and not smoothed.
  ///
  /// ```swift
  /// figure.imshow(digit, colorMap: .reversedGray)
  /// ```
  ///
  /// Traps if the rows differ in length.
  ///
  /// - Parameters:
  ///   - pixels: rows of equal length.
  ///   - colorMap: from the lowest value to the highest.
  ///   - limits: the values at the ends of the map (matplotlib's `vmin` and `vmax`); the smallest
  ///     and largest pixel if nil.
  public mutating func imshow(
    _ pixels: [[Double]], colorMap: ColorMap = .gray, limits: ClosedRange<Double>? = nil
  ) {
    requireRectangular("imshow", "pixels", pixels)
    if marks.isEmpty {
      isYInverted = true
      aspect = .equal
    }
    let scale = ColorScale(colorMap, limits: limits, values: pixels)
    marks.append(ImageGrid(rows: pixels, scale: scale))
  }

  /// Draws a list of pixels, row by row, as an image.
  ///
  /// Traps if there are not `height * width` pixels.
  ///
  /// - Parameters:
  ///   - pixels: `height * width` values from the top left.
  ///   - height: the number of rows.
  ///   - width: the number of columns.
  ///   - colorMap: from the lowest value to the highest.
  ///   - limits: the values at the ends of the map; the smallest and largest pixel if nil.
  public mutating func imshow(
    _ pixels: [Double], height: Int, width: Int, colorMap: ColorMap = .gray,
    limits: ClosedRange<Double>? = nil
  ) {
    guard height >= 0, width >= 0, pixels.count == height * width else {
      fatalError(
        "imshow: \(pixels.count) pixels do not fill height \(height) × width \(width); "
          + "pass height * width values, row by row")
    }
    imshow(
      (0..<height).map { Array(pixels[$0 * width..<($0 + 1) * width]) }, colorMap: colorMap,
      limits: limits)
  }
}
