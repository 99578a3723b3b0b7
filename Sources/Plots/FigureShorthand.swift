// What is plotted to a figure goes to its current axes.
extension Figure {
  /// Draws a line through points on the current axes. See ``Axes``.
  public mutating func plot(
    _ x: [Double], _ y: [Double], label: String? = nil, color: PlotColor? = nil,
    style: LineStyle = .solid, marker: Marker? = nil, width: Double = 2
  ) {
    currentAxes.plot(x, y, label: label, color: color, style: style, marker: marker, width: width)
  }

  /// Draws a line through values at 0, 1, 2 … on the current axes. See ``Axes``.
  public mutating func plot(
    _ y: [Double], label: String? = nil, color: PlotColor? = nil, style: LineStyle = .solid,
    marker: Marker? = nil, width: Double = 2
  ) {
    currentAxes.plot(y, label: label, color: color, style: style, marker: marker, width: width)
  }

  /// Draws points without lines on the current axes. See ``Axes``.
  public mutating func scatter(
    _ x: [Double], _ y: [Double], label: String? = nil, color: PlotColor? = nil,
    marker: Marker = .circle, size: Double = 6
  ) {
    currentAxes.scatter(x, y, label: label, color: color, marker: marker, size: size)
  }

  /// Draws a bar for each category on the current axes. See ``Axes``.
  public mutating func bar(
    _ categories: [String], _ heights: [Double], label: String? = nil, color: PlotColor? = nil,
    showsValues: Bool = false, baseline: Double? = nil
  ) {
    currentAxes.bar(
      categories, heights, label: label, color: color, showsValues: showsValues,
      baseline: baseline)
  }

  /// Draws how values are spread on the current axes. See ``Axes``.
  public mutating func hist(
    _ values: [Double], bins: Int = 10, range: ClosedRange<Double>? = nil, density: Bool = false,
    label: String? = nil, color: PlotColor? = nil
  ) {
    currentAxes.hist(
      values, bins: bins, range: range, density: density, label: label, color: color)
  }

  /// Draws a matrix as an image on the current axes. See ``Axes``.
  public mutating func imshow(
    _ pixels: [[Double]], colorMap: ColorMap = .gray, limits: ClosedRange<Double>? = nil
  ) {
    currentAxes.imshow(pixels, colorMap: colorMap, limits: limits)
  }

  /// Draws a list of pixels as an image on the current axes. See ``Axes``.
  public mutating func imshow(
    _ pixels: [Double], height: Int, width: Int, colorMap: ColorMap = .gray,
    limits: ClosedRange<Double>? = nil
  ) {
    currentAxes.imshow(pixels, height: height, width: width, colorMap: colorMap, limits: limits)
  }

  /// Draws a matrix as cells with their values on the current axes. See ``Axes``.
  public mutating func heatMap(
    _ values: [[Double]], rowLabels: [String]? = nil, columnLabels: [String]? = nil,
    colorMap: ColorMap = .viridis, limits: ClosedRange<Double>? = nil, decimals: Int? = nil
  ) {
    currentAxes.heatMap(
      values, rowLabels: rowLabels, columnLabels: columnLabels, colorMap: colorMap,
      limits: limits, decimals: decimals)
  }

  /// Draws how often each class was taken for each on the current axes. See ``Axes``.
  public mutating func confusionMatrix(
    _ counts: [[Int]], labels: [String]? = nil, colorMap: ColorMap = .viridis
  ) {
    currentAxes.confusionMatrix(counts, labels: labels, colorMap: colorMap)
  }

  /// Draws an arrow at each point on the current axes. See ``Axes``.
  public mutating func quiver(
    _ x: [Double], _ y: [Double], _ u: [Double], _ v: [Double], scale: Double? = nil,
    label: String? = nil, color: PlotColor? = nil
  ) {
    currentAxes.quiver(x, y, u, v, scale: scale, label: label, color: color)
  }

  /// Draws heights over a grid as a surface on the current axes. See ``Axes``.
  public mutating func surface(
    _ x: [Double], _ y: [Double], _ z: [[Double]], colorMap: ColorMap = .viridis
  ) {
    currentAxes.surface(x, y, z, colorMap: colorMap)
  }

  /// Draws a function of two variables as a surface on the current axes. See ``Axes``.
  public mutating func surface(
    _ x: [Double], _ y: [Double], colorMap: ColorMap = .viridis,
    _ height: (Double, Double) -> Double
  ) {
    currentAxes.surface(x, y, colorMap: colorMap, height)
  }

  /// Draws a level line across the current axes. See ``Axes``.
  public mutating func axhline(
    _ y: Double, label: String? = nil, color: PlotColor = .muted, style: LineStyle = .dashed
  ) {
    currentAxes.axhline(y, label: label, color: color, style: style)
  }

  /// Draws an upright line across the current axes. See ``Axes``.
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
