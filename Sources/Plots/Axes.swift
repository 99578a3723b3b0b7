/// One drawing of a figure: marks, the two axes they are measured on, and what is written around.
///
/// A figure hands on whatever is not its own to its current axes, so that for a figure with one
/// drawing `figure.xlabel = "x"` is all that has to be written.
public struct Axes: Sendable {
  /// What is written above the drawing.
  public var title = ""
  /// What is written below the x axis.
  public var xlabel = ""
  /// What is written along the y axis.
  public var ylabel = ""
  /// What is written along the z axis of a surface.
  public var zlabel = ""
  /// The ends of the x axis; so that all marks are in sight if nil.
  ///
  /// Drawing traps if one is not finite, or not above 0 on a logarithmic axis.
  public var xlim: ClosedRange<Double>?
  /// The ends of the y axis; so that all marks are in sight if nil.
  ///
  /// Drawing traps if one is not finite, or not above 0 on a logarithmic axis.
  public var ylim: ClosedRange<Double>?
  /// The ends of the z axis of a surface; so that all of it is in sight if nil.
  ///
  /// Drawing traps if one is not finite.
  public var zlim: ClosedRange<Double>?
  /// Whether the x axis is linear or logarithmic.
  public var xscale = AxisScale.linear
  /// Whether the y axis is linear or logarithmic.
  public var yscale = AxisScale.linear
  /// Whether lines run across the drawing at the ticks.
  public var grid = false
  /// Where the legend is; it appears when a mark has a label.
  public var legendPosition = LegendPosition.best
  /// Whether y grows downwards. An image turns this on.
  public var isYInverted = false
  /// Whether a unit is as long on the x axis as on the y axis. An image turns this on.
  public var aspect = Aspect.automatic
  /// Whether axes and ticks are drawn. By default an image has none.
  public var frame = FrameVisibility.automatic
  /// Whether a bar beside the drawing explains its colours.
  public var colorBar = false
  /// For a surface: how far above the xy plane the viewer is, in degrees. Drawing traps if it is not
  /// finite.
  public var elevation = 30.0
  /// For a surface: from where around the z axis the viewer looks, in degrees. Drawing traps if it is
  /// not finite.
  public var azimuth = -60.0

  var marks: [any Mark] = []
  var xCategories: [String] = []
  var yCategories: [String] = []
  private var colorsUsed = 0

  /// Empty axes.
  public init() {}

  /// How the lengths of the units of x and y compare.
  public enum Aspect: Sendable, Hashable {
    /// Both axes fill the space they have.
    case automatic
    /// One unit of x is as long as one unit of y.
    case equal
  }

  /// Whether axes, ticks and their labels are drawn.
  public enum FrameVisibility: Sendable, Hashable {
    /// Shown, except around an image.
    case automatic
    /// Always shown.
    case shown
    /// Never shown.
    case hidden
  }

  /// Sets where the legend is.
  public mutating func legend(_ position: LegendPosition = .best) { legendPosition = position }

  /// The next colour of the cycle.
  mutating func nextColor() -> PlotColor {
    defer { colorsUsed += 1 }
    return .cycle(colorsUsed)
  }

  var showsFrame: Bool {
    switch frame {
    case .shown: true
    case .hidden: false
    case .automatic: marks.isEmpty || !marks.allSatisfy { $0 is ImageGrid }
    }
  }

  var surface: Surface? { marks.lazy.compactMap { $0 as? Surface }.first }

  /// The limits of both axes.
  var limits: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    var (xs, ys): (ClosedRange<Double>?, ClosedRange<Double>?)
    var tight = (xLow: false, xHigh: false, yLow: false, yHigh: false)
    for extent in marks.map({ $0.extent(xscale, yscale) }) {
      // An end keeps no margin if the mark that reaches farthest wants none.
      if let range = Axes.shown(extent.x, xscale) {
        let isTight = extent.isTight
        tight.xLow = Axes.isTight(xs?.lowerBound, tight.xLow, range.lowerBound, isTight.xLow, <)
        tight.xHigh = Axes.isTight(xs?.upperBound, tight.xHigh, range.upperBound, isTight.xHigh, >)
        xs = Axes.union(xs, range)
      }
      if let range = Axes.shown(extent.y, yscale) {
        let isTight = extent.isTight
        tight.yLow = Axes.isTight(ys?.lowerBound, tight.yLow, range.lowerBound, isTight.yLow, <)
        tight.yHigh = Axes.isTight(ys?.upperBound, tight.yHigh, range.upperBound, isTight.yHigh, >)
        ys = Axes.union(ys, range)
      }
    }
    return (
      Axes.checked("xlim", xlim, xscale)
        ?? Scale.limits(xscale, extent: xs, stickyLow: tight.xLow, stickyHigh: tight.xHigh),
      Axes.checked("ylim", ylim, yscale)
        ?? Scale.limits(yscale, extent: ys, stickyLow: tight.yLow, stickyHigh: tight.yHigh)
    )
  }

  /// The part of a range that the axis can show: on a log axis three decades of one that starts at
  /// or below zero, as the foot of bars does.
  private static func shown(
    _ range: ClosedRange<Double>?, _ kind: AxisScale
  ) -> ClosedRange<Double>? {
    guard let range, kind == .log, range.lowerBound < Scale.smallest else { return range }
    let high = range.upperBound
    return high > Scale.smallest * 1e3 ? high / 1e3...high : nil
  }

  private static func union(
    _ a: ClosedRange<Double>?, _ b: ClosedRange<Double>
  ) -> ClosedRange<Double> {
    guard let a else { return b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }

  private static func isTight(
    _ old: Double?, _ wasTight: Bool, _ new: Double, _ isTight: Bool,
    _ isFarther: (Double, Double) -> Bool
  ) -> Bool {
    guard let old else { return isTight }
    if old == new { return wasTight || isTight }
    return isFarther(new, old) ? isTight : wasTight
  }

  static func checked(
    _ name: String, _ limits: ClosedRange<Double>?, _ kind: AxisScale
  ) -> ClosedRange<Double>? {
    guard let limits else { return nil }
    let (low, high) = (limits.lowerBound, limits.upperBound)
    guard Scale.canShow(low, .linear), Scale.canShow(high, .linear) else {
      fatalError("\(name): \(low)...\(high) is not drawable; limits are finite")
    }
    guard Scale.canShow(low, kind) else {
      fatalError(
        "\(name): starts at \(low) on a log axis, which only has values of 1e-300 and more")
    }
    if Scale.areTooClose(low, high) {
      return Scale.limits(kind, extent: limits)
    }
    return limits
  }
}

/// Where a legend is.
public enum LegendPosition: Sendable, Hashable {
  /// In the corner where it covers least.
  case best
  /// At the top right.
  case upperRight
  /// At the top left.
  case upperLeft
  /// At the bottom left.
  case lowerLeft
  /// At the bottom right.
  case lowerRight
  /// To the right of the drawing, where it covers nothing.
  case outside
  /// Nowhere.
  case hidden
}
