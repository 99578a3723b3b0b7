import BackpropArrays
import BackpropAutodiff

/// A recorded graph as lists: what a drawing needs of it, in an order that does not change from run
/// to run.
struct RecordedGraph: Sendable {
  /// A tensor that something was computed from, or an operation.
  struct Vertex: Sendable {
    enum Kind: Sendable, Equatable {
      /// A tensor that gradients can be asked for.
      case variable(name: String?)
      case constant
      case operation(symbol: String, details: String)
    }
    let kind: Kind
    /// The tensor, or the operation's result: without numbers where the graph does not keep them and
    /// they do not follow from those that it keeps; `nil` if not even a shape is known.
    let value: Tensor?
    /// The derivative of the graph's result by it.
    let derivative: NDArray?
    /// How many edges lead away from it.
    fileprivate(set) var userCount = 0
  }

  /// From an input to the operation that uses it.
  struct Edge: Sendable {
    let source: Int
    let target: Int
    /// What runs forward.
    let value: Tensor?
    /// What runs back: the source's derivative as far as it comes by way of this edge.
    let derivative: NDArray?
  }

  /// In the order of recording: all that an operation uses comes before it.
  private(set) var vertices: [Vertex] = []
  /// By target, and for each in the order of its inputs.
  private(set) var edges: [Edge] = []
  /// The vertex of the tensor that the graph computes: the last.
  var result: Int { vertices.count - 1 }

  init(of result: Tensor, gradients: Gradients?) {
    let result = result.settled
    guard let last = result.node else {
      vertices = [Vertex(kind: .constant, value: result.detached, derivative: nil)]
      return
    }
    let nodes = Self.nodes(before: last)
    let values = Self.values(of: nodes, last, result)
    var uses: [UInt64: Int] = [:]
    for node in nodes {
      for input in node.inputNodes { uses[input.number, default: 0] += 1 }
    }
    var places: [UInt64: Int] = [:]
    var constants: [ObjectIdentifier: Int] = [:]
    for node in nodes {
      let derivative = gradients?.gradient(number: node.number)
      let isShared = node.inputNodes.contains { uses[$0.number]! > 1 }
      let shares = isShared ? derivative.map { node.shares(of: $0) } : nil
      var sources: [Int] = []
      for index in 0..<node.inputCount {
        if let source = node.inputNode(index) {
          sources.append(places[source.number]!)
          continue
        }
        // The same array used twice is one constant.
        let array = node.inputArray(index)
        let identity = array.map { ObjectIdentifier($0.storage) }
        let place = identity.flatMap { constants[$0] } ?? vertices.count
        if place == vertices.count {
          vertices.append(
            Vertex(kind: .constant, value: array.map { Tensor($0) }, derivative: nil))
        }
        if let identity { constants[identity] = place }
        sources.append(place)
      }
      places[node.number] = vertices.count
      for (index, source) in sources.enumerated() {
        let total = node.inputNode(index).flatMap { source in
          uses[source.number] == 1 ? gradients?.gradient(number: source.number) : nil
        }
        vertices[source].userCount += 1
        edges.append(
          Edge(
            source: source, target: vertices.count, value: vertices[source].value,
            derivative: (shares?[index] ?? total)?.array))
      }
      vertices.append(
        Vertex(
          kind: Self.kind(of: node), value: values[node.number]!, derivative: derivative?.array))
    }
  }

  /// What each node gave. The graph keeps what gradients need; the rest is computed again from that,
  /// where it can be.
  private static func values(of nodes: [Node], _ last: Node, _ result: Tensor) -> [UInt64: Tensor] {
    var values: [UInt64: Tensor] = [last.number: result.detached]
    for node in nodes {
      if let output = node.output { values[node.number] = Tensor(output) }
      for index in 0..<node.inputCount {
        if let input = node.inputNode(index), let array = node.inputArray(index) {
          values[input.number] = Tensor(array)
        }
      }
    }
    for node in nodes where values[node.number] == nil {
      var inputs: [Tensor] = []
      for index in 0..<node.inputCount {
        let constant = node.inputArray(index).map { Tensor($0) }
        guard let value = node.inputNode(index).map({ values[$0.number]! }) ?? constant,
          !value.isShapeOnly
        else { break }
        inputs.append(value)
      }
      let isKnown = !inputs.isEmpty && inputs.count == node.inputCount
      let array = isKnown ? try? node.operation.evaluate(inputs) : nil
      values[node.number] = array.map { Tensor($0) } ?? Tensor(shapeOnly: node.type)
    }
    return values
  }

  /// All nodes that `last` was computed from and itself, in the order of recording. Without
  /// recursion, which a long graph would take too deep.
  private static func nodes(before last: Node) -> [Node] {
    var found = [last]
    var seen: Set<UInt64> = [last.number]
    var next = 0
    while next < found.count {
      for node in found[next].inputNodes where seen.insert(node.number).inserted {
        found.append(node)
      }
      next += 1
    }
    return found.sorted { $0.number < $1.number }
  }

  private static func kind(of node: Node) -> Vertex.Kind {
    if let variable = node.operation as? Variable { return .variable(name: variable.label) }
    return .operation(symbol: node.operation.symbol, details: node.operation.details)
  }
}

extension Node {
  fileprivate var inputNodes: [Node] { (0..<inputCount).compactMap { inputNode($0) } }
}
