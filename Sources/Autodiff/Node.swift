import BackpropArrays
import Synchronization

/// A recorded operation: what was computed from what.
///
/// Nodes are numbered in the order in which they are made, so an operation's number is higher than
/// those of all it was computed from: walking from the highest number down meets every node after
/// all its users, with no search for an order.
package final class Node: @unchecked Sendable {
  package let number: UInt64
  package let operation: any TensorOperation
  /// The result, which some gradients are written in. It does not point back here.
  package let output: NDArray
  /// What it was computed from.
  package var inputs: Inputs { Inputs(arguments, count: argumentCount) }

  // Memory of the node's own, so that deinit can take the inputs out of it.
  private let arguments: UnsafeMutablePointer<Tensor>?
  private let argumentCount: Int

  private static let counter = Atomic<UInt64>(0)

  /// A node that takes over the memory of its inputs.
  init(
    _ operation: some TensorOperation, taking arguments: UnsafeMutablePointer<Tensor>?,
    count: Int, _ output: NDArray
  ) {
    number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.operation = operation
    self.output = output
    self.arguments = arguments
    argumentCount = count
  }

  /// A node of these inputs.
  package convenience init(_ operation: some TensorOperation, _ inputs: [Tensor], _ output: NDArray)
  {
    self.init(
      operation, taking: inputs.isEmpty ? nil : Inputs.allocate(copying: inputs),
      count: inputs.count, output)
  }

  var isVariable: Bool { argumentCount == 0 }

  deinit {
    guard let arguments else { return }
    // Freed one by one, a long graph would be freed by as deep a recursion and overflow the stack.
    // Nodes that only this one holds are therefore collected and freed in a loop. In a chain there
    // is one at a time, which needs no list.
    var next: Node?
    var others: [Node] = []
    takeNodes(&next, &others)
    while var node = next {
      next = nil
      if isKnownUniquelyReferenced(&node) { node.takeNodes(&next, &others) }
      if next == nil { next = others.popLast() }
    }
    Inputs.free(arguments, count: argumentCount)
  }

  /// Turns the inputs into constants, and hands out those of their nodes that have inputs
  /// themselves.
  private func takeNodes(_ next: inout Node?, _ others: inout [Node]) {
    for index in 0..<argumentCount {
      let input = arguments.unsafelyUnwrapped + index
      guard let node = input.pointee.node else { continue }
      input.pointee.node = nil
      if node.argumentCount == 0 { continue }
      if next == nil { next = node } else { others.append(node) }
    }
  }
}

/// The start of a graph: a tensor by which a gradient can be asked for.
package struct Variable: TensorOperation {
  package static let name = "variable"
  package static let samples: [GradientSample] = []
  package let name: String?

  package func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray { inputs[0].array }
  package func backward(_ pass: inout BackwardPass) {}
}
