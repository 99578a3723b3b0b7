/// What the three formats of a drawing write of a graph.
extension RecordedGraph.Vertex {
  /// The large text of a node: a name, a sign, or the value of what has neither.
  var label: String {
    switch kind {
    case .variable(let name): name.flatMap { $0.isEmpty ? nil : $0 } ?? ValueText.text(value)
    case .constant: ValueText.text(value)
    case .operation(let symbol, _): symbol
    }
  }

  /// The small text under it; empty for most.
  var details: String {
    if case .operation(_, let details) = kind { details } else { "" }
  }

  /// Whether the label is the value, so that edges from here need not repeat it.
  var showsValue: Bool {
    switch kind {
    case .variable(let name): name?.isEmpty ?? true
    case .constant: true
    case .operation: false
    }
  }

  /// The derivative with respect to this node, if its edges show only parts of it.
  var totalDerivative: String? { userCount > 1 ? derivative.map { ValueText.text($0) } : nil }

  /// All there is to say about the node, in words.
  var explanation: String {
    var text = label
    if !details.isEmpty { text += " " + details }
    if !showsValue { text += ": " + ValueText.text(value) }
    if let derivative { text += ", derivative " + ValueText.text(derivative) }
    return text
  }
}

extension RecordedGraph {
  /// What stands on an edge: the value that runs forward and the derivative that runs back.
  func texts(of edge: Edge) -> (value: String, derivative: String) {
    (
      vertices[edge.source].showsValue ? "" : ValueText.text(edge.value),
      edge.derivative.map { ValueText.text($0) } ?? ""
    )
  }

  /// What stands on the arrow that leads out of the graph.
  var resultTexts: (value: String, derivative: String) {
    let vertex = vertices[result]
    return (
      vertex.showsValue ? "" : ValueText.text(vertex.value),
      vertex.derivative.map { ValueText.text($0) } ?? ""
    )
  }
}

extension String {
  /// With characters replaced, for the inside of a format that gives them a meaning.
  func replacing(_ replacements: [Character: String]) -> String {
    // Most texts have none of them.
    guard contains(where: { replacements[$0] != nil }) else { return self }
    return map { replacements[$0] ?? String($0) }.joined()
  }
}
