// What is plotted to a figure goes to its current axes.
extension Figure {
  /// Draws a line through points on the current axes. See ``Axes``.
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
    currentAxes.plot(x, y, label: label, color: color, style: style, marker: marker, width: width)
  }

  /// Draws a line through values at 0, 1, 2 … on the current axes. See ``Axes``.
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
    currentAxes.plot(y, label: label, color: color, style: style, marker: marker, width: width)
  }

  /// Draws points without lines on the current axes. See ``Axes``.
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
    currentAxes.scatter(x, y, label: label, color: color, marker: marker, size: size)
  }

  /// Draws a bar for each category on the current axes. See ``Axes``.
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
    currentAxes.bar(
      categories, heights, label: label, color: color, showsValues: showsValues,
      baseline: baseline)
  }

  /// Draws how values are spread on the current axes. See ``Axes``.
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
    currentAxes.hist(
      values, bins: bins, range: range, density: density, label: label, color: color)
  }

  /// Draws a matrix as an image on the current axes. See ``Axes``.
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
    currentAxes.imshow(pixels, colorMap: colorMap, limits: limits)
  }

  /// Draws a list of pixels as an image on the current axes. See ``Axes``.
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
    currentAxes.imshow(pixels, height: height, width: width, colorMap: colorMap, limits: limits)
  }

  /// Draws a matrix as cells with their values on the current axes. See ``Axes``.
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
    currentAxes.heatMap(
      values, rowLabels: rowLabels, columnLabels: columnLabels, colorMap: colorMap,
      limits: limits, decimals: decimals)
  }

  /// Draws how often each class was taken for each on the current axes. See ``Axes``.
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
    currentAxes.confusionMatrix(counts, labels: labels, colorMap: colorMap)
  }

  /// Draws an arrow at each point on the current axes. See ``Axes``.
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
    currentAxes.quiver(x, y, u, v, scale: scale, label: label, color: color)
  }

  /// Draws heights over a grid as a surface on the current axes. See ``Axes``.
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
    currentAxes.surface(x, y, z, colorMap: colorMap)
  }

  /// Draws a function of two variables as a surface on the current axes. See ``Axes``.
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
    currentAxes.surface(x, y, colorMap: colorMap, height)
  }

  /// Draws a level line across the current axes. See ``Axes``.
  ///
  /// - Parameters:
  ///   - y: where it crosses the y axis.
  ///   - label: what the legend calls it.
  ///   - color: grey by default.
  ///   - style: dashed by default.
  public mutating func axhline(
    _ y: Double, label: String? = nil, color: PlotColor = .muted, style: LineStyle = .dashed
  ) {
    currentAxes.axhline(y, label: label, color: color, style: style)
  }

  /// Draws an upright line across the current axes. See ``Axes``.
  ///
  /// - Parameters:
  ///   - x: where it crosses the x axis.
  ///   - label: what the legend calls it.
  ///   - color: grey by default.
  ///   - style: dashed by default.
  public mutating func axvline(
    _ x: Double, label: String? = nil, color: PlotColor = .muted, style: LineStyle = .dashed
  ) {
    currentAxes.axvline(x, label: label, color: color, style: style)
  }

  /// Sets where the legend of the current axes is.
  public mutating func legend(_ position: LegendPosition = .best) {
    currentAxes.legend(position)
  }

  /// Draws images side by side, each on axes of its own.
  ///
  /// ```swift
  /// let figure = Figure(images: digits, columns: 5, titles: labels.map(String.init))
  /// ```
  ///
  /// Traps if `columns` is not positive, there is not a title for each image, or the rows of one
  /// differ in length.
  ///
  /// - Parameters:
  ///   - images: each with rows of equal length.
  ///   - columns: how many stand in a row.
  ///   - titles: one for each image, or nil for none.
  ///   - colorMap: from the lowest value to the highest.
  ///   - limits: the values at the ends of the map; each image's smallest and largest if nil.
  ///   - cell: the width and height of the space for one image, in pixels.
  public init(
    images: [[[Double]]], columns: Int, titles: [String]? = nil, colorMap: ColorMap = .gray,
    limits: ClosedRange<Double>? = nil, cell: Double = 120
  ) {
    if let titles {
      requireSameCount("Figure", ("images", images.count), ("titles", titles.count))
    }
    guard columns > 0 else { fatalError("Figure: images in \(columns) columns; at least 1") }
    let rows = max(1, (images.count + columns - 1) / columns)
    self.init(
      width: Double(columns) * cell, height: Double(rows) * (cell + (titles == nil ? 0 : 20)),
      rows: rows, columns: columns)
    for index in axes.indices {
      axes[index].frame = .hidden
      guard index < images.count else { continue }
      axes[index].imshow(images[index], colorMap: colorMap, limits: limits)
      axes[index].title = titles?[index] ?? ""
    }
  }
}
