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
    var (start, end) = (a, b)
    // Where an edge is crossed, its own coordinate is taken: of an end that is very far away, the
    // product would be wrong by more than the rectangle is long.
    func crossing(_ t: Double, x: Double? = nil, y: Double? = nil) -> Point {
      Point(x: x ?? a.x + t * dx, y: y ?? a.y + t * dy)
    }
    func clip(_ p: Double, _ q: Double, _ place: (Double) -> Point) -> Bool {
      if p == 0 { return q >= 0 }
      let t = q / p
      if p < 0, t > enter { (enter, start) = (t, place(t)) }
      if p > 0, t < leave { (leave, end) = (t, place(t)) }
      return true
    }
    guard clip(-dx, a.x - x, { crossing($0, x: x) }),
      clip(dx, maxX - a.x, { crossing($0, x: maxX) }),
      clip(-dy, a.y - y, { crossing($0, y: y) }),
      clip(dy, maxY - a.y, { crossing($0, y: maxY) }),
      // As near as the quotients are.
      enter - leave <= 4e-16
    else { return nil }
    return (clamped(start), clamped(end))
  }

  private func clamped(_ point: Point) -> Point {
    Point(x: min(max(point.x, x), maxX), y: min(max(point.y, y), maxY))
  }
}

/// The space around a drawing that its labels need.
struct Margins: Sendable, Hashable {
  var left = 0.0
  var right = 0.0
  var top = 0.0
  var bottom = 0.0
}
