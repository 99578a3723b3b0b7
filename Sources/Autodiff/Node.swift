import Arrays
import Synchronization

/// A recorded operation: what was computed from what.
///
/// Nodes are numbered in the order in which they are made, so an operation's number is higher than
/// those of all it was computed from: walking from the highest number down meets every node after
/// all its users, with no search for an order.
final class Node: @unchecked Sendable {
  let number: UInt64
  let operation: any TensorOperation
  /// The result, which some gradients are written in. It does not point back here.
  let output: NDArray
  // Constant for a node that anyone can see: only deinit, which no one shares, takes it apart.
  @exclusivity(unchecked) private(set) var inputs: Inputs

  private static let counter = Atomic<UInt64>(0)

  init(_ operation: some TensorOperation, _ inputs: consuming Inputs, _ output: NDArray) {
    number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.operation = operation
    self.inputs = inputs
    self.output = output
  }

  var isVariable: Bool { operation is Variable }

  deinit {
    // Freed one by one, a long graph would be freed by as deep a recursion and overflow the stack.
    // Nodes that only this one holds are therefore collected and freed in a loop.
    var orphans: [Node] = []
    Self.takeNodes(from: &inputs, into: &orphans)
    while var node = orphans.popLast() {
      if isKnownUniquelyReferenced(&node) { Self.takeNodes(from: &node.inputs, into: &orphans) }
    }
  }

  private static func takeNodes(from inputs: inout Inputs, into nodes: inout [Node]) {
    for input in inputs {
      if let node = input.node, !node.inputs.isEmpty { nodes.append(node) }
    }
    inputs = Inputs()
  }
}

/// The start of a graph: a tensor by which a gradient can be asked for.
struct Variable: TensorOperation {
  static let name = "variable"
  static let samples: [GradientSample] = []
  let name: String?

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray { inputs[0].array }
  func backward(_ pass: inout BackwardPass) {}
}
