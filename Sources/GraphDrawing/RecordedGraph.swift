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
    /// The tensor, or the operation's result.
    let value: NDArray
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
    let value: NDArray
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
    guard let last = result.node else {
      vertices = [Vertex(kind: .constant, value: result.array, derivative: nil)]
      return
    }
    let nodes = Self.nodes(before: last)
    var uses: [UInt64: Int] = [:]
    var values: [UInt64: NDArray] = [last.number: result.array]
    for node in nodes {
      for input in node.inputs {
        guard let source = input.node else { continue }
        uses[source.number, default: 0] += 1
        // A parameter's node keeps no value; its users hold the one that they were given.
        values[source.number] = input.array
      }
    }
    var places: [UInt64: Int] = [:]
    var constants: [ObjectIdentifier: Int] = [:]
    for node in nodes {
      let derivative = gradients?.gradient(number: node.number)?.array
      let isShared = node.inputs.contains { $0.node.map { uses[$0.number]! > 1 } ?? false }
      let parts = isShared ? derivative.map { Self.contributions(of: node, $0) } : nil
      var sources: [Int] = []
      for input in node.inputs {
        if let source = input.node {
          sources.append(places[source.number]!)
          continue
        }
        // The same array used twice is one constant.
        let identity = ObjectIdentifier(input.array.storage)
        if constants[identity] == nil {
          constants[identity] = vertices.count
          vertices.append(Vertex(kind: .constant, value: input.array, derivative: nil))
        }
        sources.append(constants[identity]!)
      }
      places[node.number] = vertices.count
      for (index, input) in node.inputs.enumerated() {
        let total = input.node.flatMap { source in
          uses[source.number] == 1 ? gradients?.gradient(number: source.number)?.array : nil
        }
        vertices[sources[index]].userCount += 1
        edges.append(
          Edge(
            source: sources[index], target: vertices.count, value: input.array,
            derivative: parts?[index] ?? total))
      }
      vertices.append(
        Vertex(kind: Self.kind(of: node), value: values[node.number]!, derivative: derivative))
    }
  }

  /// All nodes that `last` was computed from and itself, in the order of recording. Without
  /// recursion, which a long graph would take too deep.
  private static func nodes(before last: Node) -> [Node] {
    var found = [last]
    var seen: Set<UInt64> = [last.number]
    var next = 0
    while next < found.count {
      for input in found[next].inputs {
        if let node = input.node, seen.insert(node.number).inserted { found.append(node) }
      }
      next += 1
    }
    return found.sorted { $0.number < $1.number }
  }

  private static func kind(of node: Node) -> Vertex.Kind {
    if let variable = node.operation as? Variable { return .variable(name: variable.name) }
    let operation = node.operation
    return .operation(symbol: type(of: operation).symbol, details: operation.details)
  }

  /// What an operation alone passes back to each of its inputs, for the derivative by its result.
  ///
  /// The table of gradients holds sums over all users of a tensor. To see one user's share, the
  /// operation is recorded again on inputs that nothing else uses.
  private static func contributions(of node: Node, _ derivative: NDArray) -> [NDArray?] {
    let inputs = node.inputs.map {
      $0.node == nil ? $0 : Tensor(array: $0.array, node: nil).requiringGradient()
    }
    let operation = node.operation
    let again = Tensor(
      array: node.output, node: Node(operation, inputs, node.output))
    let gradients = again.backward(from: Tensor(derivative))
    return inputs.map { gradients.gradient(by: $0)?.array }
  }
}
