/// The sign that marks the points of a series.
public enum Marker: Sendable, Hashable, CaseIterable {
  /// A filled disc.
  case circle
  /// A filled square.
  case square
  /// A filled triangle with a point upwards.
  case triangle
  /// A filled square that stands on a corner.
  case diamond
  /// Two diagonal strokes.
  case cross
  /// An upright and a level stroke.
  case plus

  /// Draws the sign at all places as one path.
  func draw(on canvas: inout SVGCanvas, at points: [Point], color: PlotColor, size: Double) {
    guard !points.isEmpty else { return }
    func polygon(_ corners: [(Double, Double)]) -> String {
      points.map { center in
        "M"
          + corners.map {
            canvas.pair(Point(x: center.x + $0.0 * size / 2, y: center.y + $0.1 * size / 2))
          }.joined(separator: "L") + "Z"
      }.joined()
    }
    func strokes(_ ends: [(Double, Double)]) -> String {
      points.map { center in
        ends.map { dx, dy in
          let (x, y) = (dx * size / 2, dy * size / 2)
          return "M\(canvas.pair(Point(x: center.x - x, y: center.y - y)))"
            + "l\(canvas.pair(Point(x: 2 * x, y: 2 * y)))"
        }.joined()
      }.joined()
    }
    switch self {
    case .circle:
      // A stroke of no length with round ends is a disc, in a quarter of the text of two arcs.
      let dots = points.map { "M\(canvas.pair($0))h0" }.joined()
      canvas.path(
        dots, stroke: color.stroke, width: size, attributes: " stroke-linecap=\"round\"")
    case .square:
      canvas.filled(
        polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]), fill: color.fill)
    case .triangle:
      canvas.filled(polygon([(0, -1.15), (1.05, 0.75), (-1.05, 0.75)]), fill: color.fill)
    case .diamond:
      canvas.filled(polygon([(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)]), fill: color.fill)
    case .cross:
      canvas.path(strokes([(0.9, 0.9), (0.9, -0.9)]), stroke: color.stroke, width: size / 3.5)
    case .plus:
      canvas.path(strokes([(1.1, 0), (0, 1.1)]), stroke: color.stroke, width: size / 3.5)
    }
  }

  /// The sign in a terminal, and one that ASCII has.
  var terminalSign: (sign: String, plain: String) {
    switch self {
    case .circle: ("●", "o")
    case .square: ("■", "#")
    case .triangle: ("▲", "^")
    case .diamond: ("◆", "@")
    case .cross: ("×", "x")
    case .plus: ("+", "+")
    }
  }
}

/// How a line is drawn.
public enum LineStyle: Sendable, Hashable, CaseIterable {
  /// Without a gap.
  case solid
  /// Dashes, as matplotlib's `"--"`.
  case dashed
  /// Dots, as matplotlib's `":"`.
  case dotted
  /// Dashes and dots in turn, as matplotlib's `"-."`.
  case dashDotted
  /// No line: only markers.
  case none

  var attributes: String {
    switch self {
    case .solid, .none: ""
    case .dashed: " stroke-dasharray=\"7 4\""
    case .dotted: " stroke-dasharray=\"0.1 4\" stroke-linecap=\"round\""
    case .dashDotted: " stroke-dasharray=\"8 3 2 3\""
    }
  }
}
