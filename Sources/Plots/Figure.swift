/// A picture of one or more drawings, to be written as SVG, shown in a terminal or, for images,
/// written as PNG.
///
/// A figure reads like matplotlib's: what is plotted goes to its current axes, and so does every
/// property that is not the figure's own.
///
/// ```swift
/// var figure = Figure(width: 640, height: 480)
/// figure.plot(x, x.map { 1 / (1 + exp(-$0)) }, label: "sigmoid")
/// figure.plot(x, x.map { max(0, $0) }, label: "ReLU", style: .dashed)
/// figure.xlabel = "x"
/// figure.ylim = -0.1...1.1
/// try figure.write(to: "activations.svg")
/// print(figure.text(columns: 80))
///
/// var pair = Figure(rows: 1, columns: 2)
/// pair[0, 0].plot(loss)
/// pair[0, 1].imshow(weights, colorMap: .coolwarm)
/// ```
@dynamicMemberLookup
public struct Figure: Sendable {
  /// The size in pixels.
  public let width: Double
  /// The size in pixels.
  public let height: Double
  /// How many rows of axes there are.
  public let rows: Int
  /// How many columns of axes there are.
  public let columns: Int
  /// What is written above all axes.
  public var title = ""
  /// What a screen reader says of the figure; written from the marks if nil.
  public var summary: String?
  /// Whether the figure follows the reader's colour scheme.
  public var theme = Theme.automatic
  /// Whether the page shows through. If not, the figure is drawn on white, or on a dark surface
  /// for a reader who prefers dark, so that it can be read on any page.
  public var isTransparent = false
  /// All axes, row by row from the top left.
  public var axes: [Axes]
  /// Which of the axes is plotted to when none is named.
  ///
  /// Plotting traps if there are no such axes.
  public var current = 0

  /// Makes a figure of one or more empty axes.
  ///
  /// Traps if there are no axes, or the width or height is not above 0 or is above 1,000,000.
  ///
  /// - Parameters:
  ///   - width: in pixels; 640, and more for many columns, if nil.
  ///   - height: in pixels; 480, and more for many rows, if nil.
  ///   - rows: rows of axes, at least 1.
  ///   - columns: columns of axes, at least 1.
  public init(width: Double? = nil, height: Double? = nil, rows: Int = 1, columns: Int = 1) {
    let width = width ?? max(640, 320 * Double(columns))
    let height = height ?? (rows == 1 ? (columns > 1 ? 360 : 480) : 300 * Double(rows))
    guard rows > 0, columns > 0 else {
      fatalError("Figure: \(rows) rows × \(columns) columns of axes; both must be at least 1")
    }
    guard width.isFinite, height.isFinite, width > 0, height > 0, max(width, height) <= 1e6 else {
      fatalError("Figure: \(width) × \(height) pixels; both must be above 0 and at most 1,000,000")
    }
    self.width = width
    self.height = height
    self.rows = rows
    self.columns = columns
    axes = Array(repeating: Axes(), count: rows * columns)
  }

  /// The axes at a row and a column, both from 0.
  ///
  /// Traps if there are no such axes.
  public subscript(row: Int, column: Int) -> Axes {
    get { axes[index(row, column)] }
    set { axes[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    guard (0..<rows).contains(row), (0..<columns).contains(column) else {
      fatalError(
        "Figure: no axes at row \(row), column \(column) of \(rows) × \(columns); both count from 0"
      )
    }
    return row * columns + column
  }

  /// A property of the current axes.
  public subscript<Value>(dynamicMember path: WritableKeyPath<Axes, Value>) -> Value {
    get { currentAxes[keyPath: path] }
    set { currentAxes[keyPath: path] = newValue }
  }

  /// The axes that are plotted to when none is named.
  var currentAxes: Axes {
    get {
      checkCurrent()
      return axes[current]
    }
    set {
      checkCurrent()
      axes[current] = newValue
    }
  }

  private func checkCurrent() {
    guard axes.indices.contains(current) else {
      fatalError("Figure: current is \(current), but there are \(axes.count) axes, from 0")
    }
  }

  /// The figure in words: `summary`, or what each of the axes shows.
  var description: String {
    if let summary { return summary }
    return axes.filter { !$0.marks.isEmpty }.map { axes in
      var parts = axes.title.isEmpty ? "" : axes.title + ": "
      // A long list helps nobody who listens to it.
      parts += axes.marks.prefix(8).map(\.summary).joined(separator: "; ")
      if axes.marks.count > 8 { parts += "; and \(axes.marks.count - 8) more" }
      if !axes.xlabel.isEmpty { parts += "; x axis: \(axes.xlabel)" }
      if !axes.ylabel.isEmpty { parts += "; y axis: \(axes.ylabel)" }
      return parts + "."
    }.joined(separator: " ")
  }
}
