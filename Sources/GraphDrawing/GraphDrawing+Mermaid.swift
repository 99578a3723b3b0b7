extension GraphDrawing {
  /// The drawing as a Mermaid flow chart, which Markdown pages on many sites show as a picture when
  /// it stands in a block of code marked `mermaid`.
  ///
  /// Source: [Mermaid, Flowcharts](https://mermaid.js.org/syntax/flowchart.html).
  public func mermaid() -> String {
    var text = "flowchart LR\n"
    for (index, vertex) in graph.vertices.enumerated() {
      let label = [vertex.label, vertex.details, vertex.totalDerivative.map { "Σ " + $0 } ?? ""]
        .filter { !$0.isEmpty }.map(Self.escaped).joined(separator: "<br/>")
      switch vertex.kind {
      case .variable: text += "  n\(index)[\"\(label)\"]\n"
      case .constant: text += "  n\(index)[\"\(label)\"]:::constant\n"
      case .operation: text += "  n\(index)([\"\(label)\"])\n"
      }
    }
    for edge in graph.edges {
      text += "  n\(edge.source) -->\(Self.label(graph.texts(of: edge)))n\(edge.target)\n"
    }
    text += "  n\(graph.result) -->\(Self.label(graph.resultTexts))result[\" \"]:::result\n"
    text += "  classDef constant stroke-dasharray:4 3\n"
    return text + "  classDef result fill:none,stroke:none\n"
  }

  private static func label(_ texts: (value: String, derivative: String)) -> String {
    let lines = [texts.value, texts.derivative.isEmpty ? "" : "← " + texts.derivative]
      .filter { !$0.isEmpty }.map(escaped)
    return lines.isEmpty ? " " : "|\"\(lines.joined(separator: "<br/>"))\"| "
  }

  /// Mermaid writes characters that mean something to it by number, between `#` and `;`.
  private static func escaped(_ text: String) -> String {
    text.replacing([
      "\"": "#quot;", "#": "#35;", "&": "#amp;", "<": "#lt;", ">": "#gt;", "`": "#96;",
      "\\": "#92;", "\n": " ", "\r\n": " ", "\r": " ",
    ])
  }
}
