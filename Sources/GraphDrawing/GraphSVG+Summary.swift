extension GraphSVG {
  /// Stands for a graph that is too large to draw: how many nodes of each kind there are.
  static func summary(of graph: RecordedGraph) -> String {
    var counts: [String: Int] = [:]
    for vertex in graph.vertices {
      switch vertex.kind {
      case .variable: counts["variables", default: 0] += 1
      case .constant: counts["constants", default: 0] += 1
      case .operation(let symbol, _): counts[symbol, default: 0] += 1
      }
    }
    let rows = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let heading = "\(graph.vertices.count) nodes, too many to draw"
    let hint = "up to \(GraphDrawing.nodeLimit) are drawn; dot() writes any number, for Graphviz"
    var svg = GraphSVG()
    svg.text(heading, 16, 32, size: 16, class: "graph-ink", anchor: "start", isBold: true)
    svg.text(hint, 16, 52, size: 12, class: "graph-muted", anchor: "start")
    for (index, row) in rows.enumerated() {
      let y = 82 + 22 * Double(index)
      svg.text("\(row.value)", 96, y, size: 14, class: "graph-ink", anchor: "end")
      svg.text(
        TextWidth.shortened(row.key), 112, y, size: 14, class: "graph-ink", anchor: "start")
    }
    let texts = rows.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return svg.document(
      width: 32 + TextWidth.of(hint, size: 12), height: 82 + 22 * Double(rows.count),
      describing: "\(heading): \(texts).")
  }
}
