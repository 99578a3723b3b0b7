import BackpropFiles

/// Draws a surface in its box: the far sides with grid lines, the facets, then ticks and labels
/// along the near edges.
struct SurfaceDrawing {
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
    /// Whether it reads upwards.
    var isUpright = false

    var rect: Rect {
      let width = TextWidths.width(of: text, size: size)
      let (wide, tall) = isUpright ? (size * 1.24, width) : (width, size * 1.24)
      return Rect(x: center.x - wide / 2, y: center.y - tall / 2, width: wide, height: tall)
    }
  }

  /// The largest view of the box of which everything, labels included, lies in `area`.
  init(_ axes: Axes, _ surface: Surface, in area: Rect) {
    var projection = Projection(elevation: axes.elevation, azimuth: axes.azimuth)
    projection.zoom = min(area.width, area.height) / 1.6
    var drawing = SurfaceDrawing(axes, surface, projection)
    for _ in 0..<80 {
      // A smaller box rather than clipped labels.
      drawing = SurfaceDrawing(axes, surface, projection)
      let bounds = drawing.bounds
      if bounds.width <= area.width, bounds.height <= area.height {
        projection.center.x += area.midX - bounds.midX
        projection.center.y += area.midY - bounds.midY
        drawing = SurfaceDrawing(axes, surface, projection)
        break
      }
      projection.zoom *= 0.96
    }
    self = drawing
  }

  private init(_ axes: Axes, _ surface: Surface, _ projection: Projection) {
    self.surface = surface
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
    var titles: [Text] = []
    var directions: [Point] = []
    var tickMarks: [(Point, Point)] = []
    var gridLines: [(Place, Place)] = []
    func addAxis(
      _ scale: Scale, _ label: String, place: (Double) -> Place, outward: (Place) -> Point,
      grid: (Double) -> [(Place, Place)]
    ) {
      let out = outward(place((scale.start + scale.end) / 2))
      let (low, high) = (projection.page(place(scale.start)), projection.page(place(scale.end)))
      let length = hypot(high.x - low.x, high.y - low.y)
      let ticks = Ticks.linear(scale.domain, atMost: max(3, min(7, Int(length / 26))))
      var widest = 0.0
      for (value, text) in zip(ticks.major, ticks.labels) {
        guard let position = scale.map(value) else { continue }
        let foot = projection.page(place(position))
        let width = TextWidths.width(of: text, size: Axes.tickSize)
        widest = max(widest, width)
        let distance = 10 + abs(out.x) * width / 2 + abs(out.y) * Axes.tickSize / 2
        let label = Text(
          text: text, center: Point(x: foot.x + out.x * distance, y: foot.y + out.y * distance),
          size: Axes.tickSize)
        // Where two edges meet, labels would touch: the first keeps the corner.
        guard !texts.contains(where: { $0.rect.overlaps(label.rect) }) else { continue }
        texts.append(label)
        tickMarks.append((foot, Point(x: foot.x + out.x * 5, y: foot.y + out.y * 5)))
        gridLines += grid(position)
      }
      let title = Axes.label(label, note: ticks.note)
      guard !title.isEmpty else { return }
      let foot = projection.page(place((scale.start + scale.end) / 2))
      // The title of an upright axis reads along it, if it is not as short as a letter or two.
      let isUpright = out.y == 0 && TextWidths.width(of: title, size: Axes.labelSize) > 30
      let half = isUpright ? 8 : TextWidths.width(of: title, size: Axes.labelSize) / 2
      let distance =
        16 + abs(out.x) * (widest + half) + abs(out.y) * (Axes.tickSize + Axes.labelSize / 2) * 1.15
      titles.append(
        Text(
          text: title, center: Point(x: foot.x + out.x * distance, y: foot.y + out.y * distance),
          size: Axes.labelSize, isTitle: true, isUpright: isUpright))
      directions.append(out)
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
    // Titles move outwards until they are clear of all other texts.
    for (var title, out) in zip(titles, directions) {
      for _ in 0..<60 where texts.contains(where: { $0.rect.overlaps(title.rect.grown(by: 3)) }) {
        title.center.x += out.x * 2
        title.center.y += out.y * 2
      }
      texts.append(title)
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
    canvas.open(
      "stroke=\"#000\" stroke-opacity=\"0.28\" stroke-width=\"0.5\" stroke-linejoin=\"round\"")
    for facet in surface.facets(in: box) {
      canvas.filled(SurfaceDrawing.outline(facet.corners), fill: facet.color.hex)
    }
    canvas.close()
    let strokes =
      edges.map { (box.projection.page($0.0), box.projection.page($0.1)) } + tickMarks
    canvas.path(
      strokes.map { "M\(canvas.pair($0.0))L\(canvas.pair($0.1))" }.joined(), stroke: "frame",
      width: 1)
    for text in tickTexts {
      canvas.text(
        text.text,
        at: text.isUpright
          ? Point(x: text.center.x + text.size * 0.36, y: text.center.y)
          : Point(x: text.center.x, y: text.center.y + text.size * 0.36),
        size: text.size, anchor: .middle, fill: text.isTitle ? "ink" : "muted",
        angle: text.isUpright ? -90 : 0)
    }
  }

  /// A closed path to a tenth of a pixel, by differences: half as long as by coordinates, which
  /// counts where there are a thousand of them.
  private static func outline(_ corners: [Point]) -> String {
    let tenths = corners.map { (x: Int(($0.x * 10).rounded()), y: Int(($0.y * 10).rounded())) }
    func text(_ tenths: Int) -> String { NumberText.coordinate(Double(tenths) / 10) }
    var data = "M\(text(tenths[0].x)),\(text(tenths[0].y))l"
    for (a, b) in zip(tenths, tenths.dropFirst()) {
      data += "\(data.last == "l" ? "" : " ")\(text(b.x - a.x)),\(text(b.y - a.y))"
    }
    return data + "z"
  }
}
