extension GraphDrawing {
  /// The drawing in the DOT language of Graphviz, for `dot -Tsvg` and the like. Any size of graph.
  ///
  /// Source: [Graphviz, DOT Language](https://graphviz.org/doc/info/lang.html).
  public func dot() -> String {
    var text = """
      digraph {
        rankdir=LR
        node [fontname="Helvetica" fontsize=14]
        edge [fontname="Helvetica" fontsize=12 arrowsize=0.7]

      """
    for (index, vertex) in graph.vertices.enumerated() {
      let label = [vertex.label, vertex.details, vertex.totalDerivative.map { "Σ " + $0 } ?? ""]
        .filter { !$0.isEmpty }.map(Self.quoted).joined(separator: "\\n")
      text += "  n\(index) [label=\"\(label)\" \(Self.style(of: vertex))]\n"
    }
    for edge in graph.edges {
      text += "  n\(edge.source) -> n\(edge.target)\(Self.label(graph.texts(of: edge)))\n"
    }
    text += "  result [shape=none label=\"\"]\n"
    text += "  n\(graph.result) -> result\(Self.label(graph.resultTexts))\n"
    return text + "}\n"
  }

  private static func style(of vertex: RecordedGraph.Vertex) -> String {
    switch vertex.kind {
    case .variable: "shape=box style=rounded color=\"#0072b2\""
    case .constant: "shape=box style=\"rounded,dashed\""
    case .operation:
      vertex.label.count == 1 && vertex.details.isEmpty ? "shape=circle" : "shape=oval"
    }
  }

  private static func label(_ texts: (value: String, derivative: String)) -> String {
    let value = markup(texts.value)
    if texts.derivative.isEmpty { return value.isEmpty ? "" : " [label=<\(value)>]" }
    let derivative = "<font color=\"#b34700\">← \(markup(texts.derivative))</font>"
    return " [label=<\(value.isEmpty ? "" : value + "<br/>")\(derivative)>]"
  }

  /// In a quoted string a backslash would start an escape such as `\n`, which means a new line.
  private static func quoted(_ text: String) -> String {
    text.replacing(["\"": "\\\"", "\\": "\\\\", "\n": " ", "\r\n": " ", "\r": " "])
  }

  private static func markup(_ text: String) -> String {
    text.replacing(["&": "&amp;", "<": "&lt;", ">": "&gt;"])
  }
}
