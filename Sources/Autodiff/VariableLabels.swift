extension Tensor {
  /// What the variables that this tensor was computed from are called, as far as they have names.
  package var variableLabels: [VariableID: String] {
    var labels: [VariableID: String] = [:]
    var seen: Set<UInt64> = []
    var left = [node].compactMap(\.self)
    while let node = left.popLast() {
      guard seen.insert(node.number).inserted else { continue }
      if let label = (node.operation as? Variable)?.label {
        labels[VariableID(number: node.number)] = label
      }
      for index in 0..<node.inputCount {
        if let input = node.inputNode(index) { left.append(input) }
      }
    }
    return labels
  }
}
