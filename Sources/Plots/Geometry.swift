/// A place in a figure, in pixels from the top left.
struct Point: Sendable, Hashable {
  var x: Double
  var y: Double
}

/// An upright rectangle in a figure, in pixels from the top left.
struct Rect: Sendable, Hashable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var midX: Double { x + width / 2 }
  var midY: Double { y + height / 2 }

  func contains(_ point: Point, slack: Double = 0) -> Bool {
    point.x >= x - slack && point.x <= maxX + slack && point.y >= y - slack
      && point.y <= maxY + slack
  }

  func inset(by margins: Margins) -> Rect {
    Rect(
      x: x + margins.left, y: y + margins.top,
      width: max(1, width - margins.left - margins.right),
      height: max(1, height - margins.top - margins.bottom))
  }

  func grown(by length: Double) -> Rect {
    Rect(x: x - length, y: y - length, width: width + 2 * length, height: height + 2 * length)
  }

  func overlaps(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  /// The part of the line from `a` to `b` that lies inside, or nil.
  ///
  /// Source: Y.-D. Liang and B. A. Barsky, *A new concept and method for line clipping*, 1984.
  func clipped(_ a: Point, _ b: Point) -> (Point, Point)? {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    var (enter, leave) = (0.0, 1.0)
    for (p, q) in [(-dx, a.x - x), (dx, maxX - a.x), (-dy, a.y - y), (dy, maxY - a.y)] {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        enter = max(enter, q / p)
      } else {
        leave = min(leave, q / p)
      }
    }
    guard enter <= leave else { return nil }
    // Of an end that is very far away, rounding leaves the crossing beside the edge.
    func crossing(_ t: Double) -> Point {
      Point(x: min(max(a.x + t * dx, x), maxX), y: min(max(a.y + t * dy, y), maxY))
    }
    return (enter == 0 ? a : crossing(enter), leave == 1 ? b : crossing(leave))
  }
}

/// The space around a drawing that its labels need.
struct Margins: Sendable, Hashable {
  var left = 0.0
  var right = 0.0
  var top = 0.0
  var bottom = 0.0
}
