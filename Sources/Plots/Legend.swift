/// The box that says which line, bar or sign is which.
struct Legend {
  static let size = 12.0
  private static let rowHeight = 18.0
  private static let keyWidth = 28.0
  private static let padding = 8.0

  let entries: [(mark: any Mark, text: String)]
  let width: Double
  let height: Double

  /// The legend of the marks that have a label, no larger than the frame; nil if none has.
  init?(_ marks: [any Mark], in frame: Rect) {
    let labelled = marks.compactMap { mark in
      mark.label.flatMap { $0.isEmpty ? nil : (mark: mark, text: $0) }
    }
    let room = max(1, Int((frame.height - 20 - Legend.padding) / Legend.rowHeight))
    guard !labelled.isEmpty, frame.width > 90, frame.height > 40 else { return nil }
    let limit = frame.width * 0.7 - Legend.keyWidth - 3 * Legend.padding
    entries = labelled.prefix(room).map {
      ($0.mark, TextWidths.truncated($0.text, to: limit, size: Legend.size))
    }
    let widest = entries.map { TextWidths.width(of: $0.text, size: Legend.size) }.max()!
    width = widest + Legend.keyWidth + 3 * Legend.padding
    height = Double(entries.count) * Legend.rowHeight + Legend.padding
  }

  private func rect(_ position: LegendPosition, in frame: Rect, beyond: Double = 0) -> Rect {
    let gap = 8.0
    if position == .outside {
      return Rect(x: frame.maxX + gap + beyond, y: frame.y, width: width, height: height)
    }
    let isLeft = position == .upperLeft || position == .lowerLeft
    let isUpper = position == .upperLeft || position == .upperRight
    return Rect(
      x: isLeft ? frame.x + gap : frame.maxX - gap - width,
      y: isUpper ? frame.y + gap : frame.maxY - gap - height, width: width, height: height)
  }

  /// The corner in which the box covers the fewest of the points.
  private func best(_ frame: Frame, _ marks: [any Mark]) -> LegendPosition {
    let points = marks.flatMap { $0.samples(in: frame) }
    let corners: [LegendPosition] = [.upperRight, .upperLeft, .lowerLeft, .lowerRight]
    return corners.min { covered($0) < covered($1) }!
    func covered(_ corner: LegendPosition) -> Int {
      let rect = rect(corner, in: frame.rect)
      return points.count { rect.contains($0, slack: 4) }
    }
  }

  /// Draws the box; outside the frame, `beyond` a colour bar that stands there already.
  func draw(
    on canvas: inout SVGCanvas, at position: LegendPosition, in frame: Frame, _ marks: [any Mark],
    beyond: Double
  ) {
    guard position != .hidden else { return }
    let position = position == .best ? best(frame, marks) : position
    let rect = rect(position, in: frame.rect, beyond: beyond)
    // Two style rules: the page's colour inside, the grid's around.
    canvas.rect(rect, fill: "surface plot-grid", attributes: " fill-opacity=\"0.9\" rx=\"4\"")
    for (row, entry) in entries.enumerated() {
      let y = rect.y + Legend.padding / 2 + Double(row) * Legend.rowHeight
      entry.mark.drawKey(
        on: &canvas,
        in: Rect(
          x: rect.x + Legend.padding, y: y, width: Legend.keyWidth, height: Legend.rowHeight))
      canvas.text(
        entry.text,
        at: Point(
          x: rect.x + 2 * Legend.padding + Legend.keyWidth,
          y: y + Legend.rowHeight / 2 + Legend.size * 0.36), size: Legend.size)
    }
  }
}
