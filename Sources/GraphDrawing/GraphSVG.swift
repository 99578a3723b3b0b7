/// The SVG picture of a graph.
struct GraphSVG {
  private var body = ""

  static func picture(of layout: GraphLayout) -> String {
    var svg = GraphSVG()
    let graph = layout.layers.graph
    for item in layout.places.indices {
      for target in layout.layers.successors[item] { svg.link(item, target, in: layout) }
    }
    for (item, place) in layout.places.enumerated() {
      switch layout.layers.items[item] {
      case .vertex(let index): svg.vertex(graph.vertices[index], at: place)
      case .label(let value, let derivative): svg.label(value, derivative, at: place)
      case .bend, .end: break
      }
    }
    return svg.document(
      width: layout.width, height: layout.height, describing: description(of: graph))
  }

  private static func description(of graph: RecordedGraph) -> String {
    let operations = graph.vertices.count { $0.isOperation }
    let leaves = graph.vertices.count - operations
    var text = "\(leaves) \(leaves == 1 ? "leaf" : "leaves"), "
    text += "\(operations) \(operations == 1 ? "operation" : "operations"); the result is "
    text += ValueText.text(graph.vertices[graph.result].value) + "."
    if operations > 0 { text += " Values run forward along the edges." }
    if graph.edges.contains(where: { $0.derivative != nil }) {
      text += " Derivatives of the result run back along them."
    }
    return text
  }

  // MARK: - Parts

  /// A line from one column to the next: level beside the items of a column, where it could meet
  /// others, and curved only between columns.
  private mutating func link(_ source: Int, _ target: Int, in layout: GraphLayout) {
    let (from, to) = (layout.places[source], layout.places[target])
    var (startX, endX, hasHead) = (from.x, to.x, false)
    if case .vertex = layout.layers.items[source] { startX = from.right }
    switch layout.layers.items[target] {
    case .vertex:
      endX = to.left
      hasHead = true
    case .end: hasHead = true
    case .label, .bend: break
    }
    let tip = endX
    if hasHead { endX -= 6 }
    let columnEnd = layout.column(of: source).right
    let columnStart = min(layout.column(of: target).left, endX)
    var path = "M\(pair(startX, from.y))H\(number(columnEnd))"
    if abs(from.y - to.y) < 0.005 {
      path += "H\(number(endX))"
    } else {
      let middle = (columnEnd + columnStart) / 2
      path += "C\(pair(middle, from.y)) \(pair(middle, to.y)) \(pair(columnStart, to.y))"
      path += "H\(number(endX))"
    }
    body += "<path d=\"\(path)\" fill=\"none\" class=\"graph-line\" stroke-width=\"1.4\"/>\n"
    if hasHead { head(at: tip, to.y, length: 8, class: "graph-head") }
  }

  /// A triangle that points right, or left if `length` is negative.
  private mutating func head(at x: Double, _ y: Double, length: Double, class name: String) {
    let half = abs(length) * 0.45
    body += "<path d=\"M\(pair(x, y))L\(pair(x - length, y - half))V\(number(y + half))Z\""
    body += " class=\"\(name)\"/>\n"
  }

  private mutating func label(_ value: String, _ derivative: String, at place: GraphLayout.Place) {
    text(value, place.x, place.y - 6, size: GraphLayout.smallSize, class: "graph-ink")
    guard !derivative.isEmpty else { return }
    let y = place.y + 6
    body += "<path d=\"M\(pair(place.right - 2, y))H\(number(place.left + 7))\" fill=\"none\""
    body += " class=\"graph-back\" stroke-width=\"1.4\"/>\n"
    head(at: place.left + 2, y, length: -6, class: "graph-derivative")
    text(derivative, place.x, y + 14, size: GraphLayout.smallSize, class: "graph-derivative")
  }

  private mutating func vertex(_ vertex: RecordedGraph.Vertex, at place: GraphLayout.Place) {
    let (name, radius) =
      switch vertex.kind {
      case .variable: ("variable", 6.0)
      case .constant: ("constant", 6.0)
      case .operation: ("operation", place.boxHeight / 2)
      }
    body += "<g><title>\(Self.escaped(vertex.explanation))</title>\n"
    body += "<rect x=\"\(number(place.left))\" y=\"\(number(place.y - place.boxHeight / 2))\""
    body += " width=\"\(number(place.width))\" height=\"\(number(place.boxHeight))\""
    body += " rx=\"\(number(radius))\" class=\"graph-\(name)\"/>\n"
    let label = TextWidth.shortened(vertex.label)
    let details = TextWidth.shortened(vertex.details)
    let baseline = place.y + 0.36 * GraphLayout.labelSize
    let isSign = vertex.isOperation && vertex.label.count == 1
    text(
      label, place.x, details.isEmpty ? baseline : baseline - 8, size: GraphLayout.labelSize,
      class: vertex.kind == .constant ? "graph-muted" : "graph-ink", isBold: isSign)
    text(details, place.x, baseline + 9, size: GraphLayout.smallSize, class: "graph-muted")
    if let total = vertex.totalDerivative {
      text(
        "Σ " + total, place.x, place.y + place.boxHeight / 2 + 14, size: GraphLayout.smallSize,
        class: "graph-derivative")
    }
    body += "</g>\n"
  }

  // MARK: - Text

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double, class name: String,
    anchor: String = "middle", isBold: Bool = false
  ) {
    guard !text.isEmpty else { return }
    body += "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\""
    body += " text-anchor=\"\(anchor)\" class=\"\(name)\"\(isBold ? " font-weight=\"600\"" : "")>"
    body += "\(Self.escaped(text))</text>\n"
  }

  /// The finished file.
  func document(width: Double, height: Double, describing description: String) -> String {
    let (width, height) = (width.rounded(.up), height.rounded(.up))
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"backprop-graph\" role=\"img\""
    text += " width=\"\(number(width))\" height=\"\(number(height))\""
    text += " viewBox=\"0 0 \(number(width)) \(number(height))\""
    text += " aria-label=\"Computational graph: \(Self.escaped(description))\""
    text += " font-family=\"Helvetica Neue, Helvetica, Arial, DejaVu Sans, sans-serif\""
    text += " style=\"max-width:100%;height:auto\">\n<title>Computational graph</title>\n"
    text += "<desc>\(Self.escaped(description))</desc>\n<style>\(GraphColors.styleSheet)</style>\n"
    text +=
      "<rect width=\"\(number(width))\" height=\"\(number(height))\" class=\"graph-surface\"/>\n"
    return text + body + "</svg>\n"
  }

  private static func escaped(_ text: String) -> String {
    // Control characters and two others may not occur in XML, not even escaped.
    let clean = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || $0.value & 0xFFFE == 0xFFFE ? " " : $0 }))
    return clean.replacing(["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
  }

  private func pair(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }

  /// A coordinate with at most two decimals.
  private func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return sign + String(whole) }
    return "\(sign)\(whole)."
      + (rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")
  }
}
