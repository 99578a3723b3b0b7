import Foundation

/// Draws a surface in its box: the far sides with grid lines, the facets, then ticks and labels
/// along the near edges.
struct SurfaceDrawing {
  private let axes: Axes
  private let surface: Surface
  private let box: Box
  private let tickTexts: [Text]
  private let edges: [(Projection.Place, Projection.Place)]
  private let tickMarks: [(Point, Point)]
  private let gridLines: [(Projection.Place, Projection.Place)]

  /// A label and where it is.
  private struct Text {
    var text: String
    var center: Point
    var size: Double
    var isTitle = false

    var rect: Rect {
      let width = TextWidths.width(of: text, size: size)
      return Rect(
        x: center.x - width / 2, y: center.y - size * 0.62, width: width, height: size * 1.24)
    }
  }

  /// The largest view of the box of which everything, labels included, lies in `area`.
  init(_ axes: Axes, _ surface: Surface, in area: Rect) {
    var projection = Projection(elevation: axes.elevation, azimuth: axes.azimuth)
    projection.zoom = min(area.width, area.height) / 1.6
    var drawing = SurfaceDrawing(axes, surface, projection, maximum: 7)
    for _ in 0..<80 {
      // Fewer ticks rather than labels that touch, and a smaller box rather than clipped ones.
      for maximum in stride(from: 7, through: 2, by: -1) {
        drawing = SurfaceDrawing(axes, surface, projection, maximum: maximum)
        if !drawing.hasOverlaps { break }
      }
      let bounds = drawing.bounds
      if bounds.width <= area.width, bounds.height <= area.height {
        projection.center.x += area.midX - bounds.midX
        projection.center.y += area.midY - bounds.midY
        drawing = SurfaceDrawing(axes, surface, projection, maximum: drawing.maximum)
        break
      }
      projection.zoom *= 0.96
    }
    self = drawing
  }

  private let maximum: Int

  private init(_ axes: Axes, _ surface: Surface, _ projection: Projection, maximum: Int) {
    self.axes = axes
    self.surface = surface
    self.maximum = maximum
    let limits = axes.limits
    let heights = Extent.range(of: surface.z.joined(), .linear)
    let half = Projection.halfHeight
    let box = Box(
      x: Scale(.linear, domain: limits.x, start: -1, end: 1),
      y: Scale(.linear, domain: limits.y, start: -1, end: 1),
      z: Scale(
        .linear,
        domain: Axes.checked("zlim", axes.zlim, .linear)
          ?? Scale.limits(.linear, extent: heights, margin: 0.02), start: -half, end: half),
      projection: projection)
    self.box = box
    let back = projection.back
    let floor = back.z * half
    typealias Place = Projection.Place
    // The z axis stands on the edge of the outline that is farthest to the right.
    let pillars = [(back.x, -back.y), (-back.x, back.y)]
    let pillar = pillars.max {
      projection.page(Place(x: $0.0, y: $0.1, z: 0)).x
        < projection.page(Place(x: $1.0, y: $1.1, z: 0)).x
    }!
    let middle = projection.page(Place(x: 0, y: 0, z: 0))
    var texts: [Text] = []
    var tickMarks: [(Point, Point)] = []
    var gridLines: [(Place, Place)] = []
    func addAxis(
      _ scale: Scale, _ label: String, place: (Double) -> Place, outward: (Place) -> Point,
      grid: (Double) -> [(Place, Place)]
    ) {
      let ticks = Ticks.linear(scale.domain, atMost: maximum)
      let out = outward(place((scale.start + scale.end) / 2))
      var widest = 0.0
      for (value, text) in zip(ticks.major, ticks.labels) {
        guard let position = scale.map(value) else { continue }
        let foot = projection.page(place(position))
        tickMarks.append((foot, Point(x: foot.x + out.x * 5, y: foot.y + out.y * 5)))
        let width = TextWidths.width(of: text, size: Axes.tickSize)
        widest = max(widest, width)
        let distance = 10 + abs(out.x) * width / 2 + abs(out.y) * Axes.tickSize / 2
        texts.append(
          Text(
            text: text, center: Point(x: foot.x + out.x * distance, y: foot.y + out.y * distance),
            size: Axes.tickSize))
        gridLines += grid(position)
      }
      let title = Axes.label(label, note: ticks.note)
      guard !title.isEmpty else { return }
      let foot = projection.page(place((scale.start + scale.end) / 2))
      let half = TextWidths.width(of: title, size: Axes.labelSize) / 2
      let distance =
        16 + abs(out.x) * (widest + half) + abs(out.y) * (Axes.tickSize + Axes.labelSize / 2) * 1.15
      texts.append(
        Text(
          text: title, center: Point(x: foot.x + out.x * distance, y: foot.y + out.y * distance),
          size: Axes.labelSize, isTitle: true))
    }
    // Labels stand off in the direction in which the other side's edge lies behind.
    func away(from center: Point) -> (Place) -> Point {
      { place in
        let foot = projection.page(place)
        let (dx, dy) = (foot.x - center.x, foot.y - center.y)
        let length = max(hypot(dx, dy), 1e-9)
        return Point(x: dx / length, y: dy / length)
      }
    }
    let floorMiddle = projection.page(Place(x: 0, y: 0, z: floor))
    addAxis(box.x, axes.xlabel) {
      Place(x: $0, y: -back.y, z: floor)
    } outward: {
      away(from: floorMiddle)($0)
    } grid: {
      [
        (Place(x: $0, y: -1, z: floor), Place(x: $0, y: 1, z: floor)),
        (Place(x: $0, y: back.y, z: -half), Place(x: $0, y: back.y, z: half)),
      ]
    }
    addAxis(box.y, axes.ylabel) {
      Place(x: -back.x, y: $0, z: floor)
    } outward: {
      away(from: floorMiddle)($0)
    } grid: {
      [
        (Place(x: -1, y: $0, z: floor), Place(x: 1, y: $0, z: floor)),
        (Place(x: back.x, y: $0, z: -half), Place(x: back.x, y: $0, z: half)),
      ]
    }
    addAxis(box.z, axes.zlabel) {
      Place(x: pillar.0, y: pillar.1, z: $0)
    } outward: { place in
      Point(x: projection.page(place).x >= middle.x ? 1 : -1, y: 0)
    } grid: {
      [
        (Place(x: -1, y: back.y, z: $0), Place(x: 1, y: back.y, z: $0)),
        (Place(x: back.x, y: -1, z: $0), Place(x: back.x, y: 1, z: $0)),
      ]
    }
    tickTexts = texts
    self.tickMarks = tickMarks
    self.gridLines = gridLines
    edges = [
      (Place(x: -1, y: -back.y, z: floor), Place(x: 1, y: -back.y, z: floor)),
      (Place(x: -back.x, y: -1, z: floor), Place(x: -back.x, y: 1, z: floor)),
      (Place(x: pillar.0, y: pillar.1, z: -half), Place(x: pillar.0, y: pillar.1, z: half)),
    ]
  }

  private var hasOverlaps: Bool {
    let rects = tickTexts.map(\.rect)
    return rects.indices.contains { a in
      rects[(a + 1)...].contains { $0.overlaps(rects[a]) }
    }
  }

  private var bounds: Rect {
    let half = Projection.halfHeight
    let corners = [-1.0, 1].flatMap { x in
      [-1.0, 1].flatMap { y in
        [-half, half].map { box.projection.page(Projection.Place(x: x, y: y, z: $0)) }
      }
    }
    let rects =
      tickTexts.map(\.rect) + corners.map { Rect(x: $0.x, y: $0.y, width: 0, height: 0) }
    let (left, top) = (rects.map(\.x).min()!, rects.map(\.y).min()!)
    return Rect(
      x: left, y: top, width: rects.map(\.maxX).max()! - left,
      height: rects.map(\.maxY).max()! - top)
  }

  func draw(on canvas: inout SVGCanvas) {
    func polygon(_ points: [Point]) -> String {
      "M" + points.map { canvas.pair($0) }.joined(separator: "L") + "Z"
    }
    let back = box.projection.back
    let half = Projection.halfHeight
    typealias Place = Projection.Place
    let sides = [
      [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { Place(x: $0, y: $1, z: back.z * half) },
      [(-1.0, -half), (1, -half), (1, half), (-1, half)].map { Place(x: $0, y: back.y, z: $1) },
      [(-1.0, -half), (1, -half), (1, half), (-1, half)].map { Place(x: back.x, y: $0, z: $1) },
    ]
    for side in sides { canvas.filled(polygon(side.map(box.projection.page)), fill: "pane") }
    let lines = gridLines.map {
      "M\(canvas.pair(box.projection.page($0.0)))L\(canvas.pair(box.projection.page($0.1)))"
    }
    canvas.path(lines.joined(), stroke: "grid", width: 1)
    // A thin dark line around each facet shows its slope and hides the seams of smoothing.
    canvas.open("stroke=\"#000\" stroke-opacity=\"0.28\" stroke-width=\"0.5\" stroke-linejoin=\"round\"")
    for facet in surface.facets(in: box) {
      canvas.filled(polygon(facet.corners), fill: facet.color.hex)
    }
    canvas.close()
    let strokes =
      edges.map { (box.projection.page($0.0), box.projection.page($0.1)) } + tickMarks
    canvas.path(
      strokes.map { "M\(canvas.pair($0.0))L\(canvas.pair($0.1))" }.joined(), stroke: "frame",
      width: 1)
    for text in tickTexts {
      canvas.text(
        text.text, at: Point(x: text.center.x, y: text.center.y + text.size * 0.36),
        size: text.size, anchor: .middle, fill: text.isTitle ? "ink" : "muted")
    }
  }
}
