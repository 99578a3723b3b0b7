/// Lines through many points: where they break, which points can be left out, what is in sight.
enum Polyline {
  /// The stretches without a gap.
  static func runs(_ points: [Point?]) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    for point in points {
      if let point {
        run.append(point)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }

  /// Path data for the parts of the runs within a rectangle.
  ///
  /// Cutting here instead of by a clip path keeps identifiers, which would clash between figures,
  /// out of the SVG, and coordinates in a range that every renderer can handle.
  static func pathData(_ runs: [[Point]], in rect: Rect, _ canvas: SVGCanvas) -> String {
    var data = ""
    for run in runs {
      var pen: Point?
      let points = decimated(run)
      for (a, b) in zip(points, points.dropFirst()) {
        guard let (from, to) = rect.clipped(a, b) else {
          pen = nil
          continue
        }
        if pen != from { data += "M" + canvas.pair(from) }
        data += "L" + canvas.pair(to)
        pen = to
      }
    }
    return data
  }

  /// Leaves out points of a long line that cannot be seen: of those on one column of pixels it
  /// keeps the first, the lowest, the highest and the last, in their order. A line that turns back
  /// in x, or has few points for its width, is kept whole.
  static func decimated(_ run: [Point]) -> [Point] {
    guard let first = run.first, let last = run.last else { return run }
    let columns = abs(last.x - first.x)
    guard run.count > 64, columns.isFinite, Double(run.count) > 4 * columns else { return run }
    let rises = zip(run, run.dropFirst()).allSatisfy { $0.x <= $1.x }
    guard rises || zip(run, run.dropFirst()).allSatisfy({ $0.x >= $1.x }) else { return run }
    var kept: [Point] = []
    var start = 0
    while start < run.count {
      let column = run[start].x.rounded(.down)
      var end = start
      var (lowest, highest) = (start, start)
      while end < run.count, run[end].x.rounded(.down) == column {
        if run[end].y < run[lowest].y { lowest = end }
        if run[end].y > run[highest].y { highest = end }
        end += 1
      }
      var previous = -1
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1]
      where index != previous {
        kept.append(run[index])
        previous = index
      }
      start = end
    }
    return kept
  }

  /// The points without those that fall on the same quarter of a pixel as an earlier one.
  static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > 500 else { return points }
    var seen = Set<Point>()
    return points.filter {
      seen.insert(Point(x: ($0.x * 4).rounded(), y: ($0.y * 4).rounded())).inserted
    }
  }
}
