/// Heights over a grid, as a surface in space.
struct Surface: Mark {
  var x: [Double]
  var y: [Double]
  /// A row for each y, a column for each x.
  var z: [[Double]]
  var scale: ColorScale

  var summary: String {
    "surface over \(x.count) by \(y.count) points, heights from "
      + "\(NumberText.short(scale.limits.lowerBound)) to "
      + NumberText.short(scale.limits.upperBound)
  }
  var colorScale: ColorScale? { scale }

  func extent(_ xKind: AxisScale, _ yKind: AxisScale) -> Extent {
    Extent(
      x: Extent.range(of: x, xKind), y: Extent.range(of: y, yKind),
      isTight: (true, true, true, true))
  }

  /// The facets from the farthest to the nearest, so that each hides what is behind it (the
  /// painter's algorithm; facets of a function over a grid do not pass through each other).
  func facets(in box: Box) -> [(corners: [Point], color: RGB)] {
    let (columns, rows) = (Self.chosen(x.count), Self.chosen(y.count))
    var facets: [(nearness: Double, corners: [Point], color: RGB)] = []
    for (row, nextRow) in zip(rows, rows.dropFirst()) {
      for (column, nextColumn) in zip(columns, columns.dropFirst()) {
        let corners = [(row, column), (row, nextColumn), (nextRow, nextColumn), (nextRow, column)]
        let places = corners.compactMap { box.place(x[$0.1], y[$0.0], z[$0.0][$0.1]) }
        guard places.count == 4 else { continue }
        let heights = corners.map { z[$0.0][$0.1] }
        // By the middle of the foot: a high corner must not pull a facet to the front.
        let foot = Projection.Place(
          x: places.map(\.x).reduce(0, +) / 4, y: places.map(\.y).reduce(0, +) / 4, z: 0)
        facets.append(
          (
            box.projection.nearness(foot), places.map(box.projection.page),
            scale.color(heights.map { $0 / 4 }.reduce(0, +))
          ))
      }
    }
    return facets.sorted { $0.nearness < $1.nearness }.map { ($0.corners, $0.color) }
  }

  /// At most 41 of the lines of a grid, the first and the last among them.
  private static func chosen(_ count: Int) -> [Int] {
    guard count > 41 else { return Array(0..<count) }
    return (0...40).map { Int((Double($0) * Double(count - 1) / 40).rounded()) }
  }

  /// Three axes have no common frame to draw in: the axes draw a surface by its facets.
  func draw(on canvas: inout SVGCanvas, in frame: Frame) {}

  /// From above, the colour for the height.
  func draw(on canvas: inout TerminalCanvas, in frame: Frame) {
    func nearest(_ value: Double, _ values: [Double]) -> Int? {
      values.indices.filter { values[$0].isFinite }
        .min { abs(values[$0] - value) < abs(values[$1] - value) }
    }
    canvas.image(in: frame.rect) { left, top in
      guard let column = nearest(frame.x.inverse(left), x),
        let row = nearest(frame.y.inverse(top), y)
      else { return nil }
      return scale.color(z[row][column])
    }
  }
}

/// The box around a surface: three linear scales and the view of them.
struct Box {
  var x: Scale
  var y: Scale
  var z: Scale
  var projection: Projection

  /// The place of a point; nil if a value is not finite. Heights beyond the limits are cut.
  func place(_ px: Double, _ py: Double, _ pz: Double) -> Projection.Place? {
    guard let x = x.map(px), let y = y.map(py),
      let z = z.map(min(max(pz, z.domain.lowerBound), z.domain.upperBound)), !pz.isNaN,
      abs(x) <= 1 + 1e-9, abs(y) <= 1 + 1e-9
    else { return nil }
    return Projection.Place(x: x, y: y, z: z)
  }
}

extension Axes {
  /// Draws heights over a grid as a surface in space, as matplotlib's `plot_surface`.
  ///
  /// Of a grid with more than 41 lines in a direction, 41 are drawn. The view is set by
  /// ``elevation`` and ``azimuth``; other marks of the same axes are not drawn.
  ///
  /// Traps if there is not a height for each x and y, or an axis is logarithmic.
  ///
  /// - Parameters:
  ///   - x: the columns of the grid.
  ///   - y: the rows of the grid.
  ///   - z: a row for each y, with a height for each x; one that is not finite leaves a hole.
  ///   - colorMap: from the lowest height to the highest.
  public mutating func surface(
    _ x: [Double], _ y: [Double], _ z: [[Double]], colorMap: ColorMap = .viridis
  ) {
    requireSameCount("surface", ("y", y.count), ("the rows of z", z.count))
    requireRectangular("surface", "z", z)
    if let row = z.first {
      requireSameCount("surface", ("x", x.count), ("a row of z", row.count))
    }
    if xscale == .log || yscale == .log {
      fatalError("surface: an axis is logarithmic; pass the logarithms of x or y instead")
    }
    let scale = ColorScale(colorMap, limits: nil, values: z)
    marks.append(Surface(x: x, y: y, z: z, scale: scale))
  }

  /// Draws a function of two variables as a surface.
  ///
  /// ```swift
  /// let side = Array(stride(from: -3.0, through: 3, by: 0.25))
  /// figure.surface(side, side) { x, y in x * x + y * y }
  /// ```
  ///
  /// Traps if an axis is logarithmic.
  ///
  /// - Parameters:
  ///   - x: the columns of the grid.
  ///   - y: the rows of the grid.
  ///   - colorMap: from the lowest height to the highest.
  ///   - height: the function.
  public mutating func surface(
    _ x: [Double], _ y: [Double], colorMap: ColorMap = .viridis,
    _ height: (Double, Double) -> Double
  ) {
    surface(x, y, y.map { row in x.map { height($0, row) } }, colorMap: colorMap)
  }
}
