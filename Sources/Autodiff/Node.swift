import BackpropArrays
import Synchronization

/// A recorded operation: what was computed from what, and the numbers that its gradient needs.
///
/// Nodes are numbered in the order in which they are made, so an operation's number is higher than
/// those of all it was computed from: walking from the highest number down meets every node after
/// all its users, with no search for an order.
package class Node: @unchecked Sendable {
  package let number: UInt64
  let memory: OperationMemory

  private static let counter = Atomic<UInt64>(0)

  @inline(__always)
  fileprivate init(_ memory: OperationMemory) {
    number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    self.memory = memory
  }

  /// The operation that was recorded.
  package var operation: any TensorOperation { fatalError("Node: an abstract node") }
  /// Has the operation pass the gradient on.
  func passBack(_ pass: inout BackwardPass) { fatalError("Node: an abstract node") }

  /// The start of a graph. `value` is what drawings show; a parameter's would go stale.
  static func variable(named name: String?, _ type: TensorType, _ value: NDArray?) -> Node {
    let memory = OperationMemory(inputCount: 0, savedCount: 0)
    memory.output.initialize(to: .init(storage: value?.storage, node: nil))
    memory.type.initialize(to: type)
    return OperationNode(Variable(label: name), memory)
  }

  @inline(__always)
  var isVariable: Bool { memory.inputCount == 0 }
  /// The type of the result.
  package var type: TensorType { memory.type.pointee }
  /// The result's numbers, if they are kept.
  package var output: NDArray? { memory.output.pointee.storage.map(NDArray.init(storage:)) }
  package var inputCount: Int { Int(memory.inputCount) }
  /// Where input `index` came from; `nil` for a constant.
  package func inputNode(_ index: Int) -> Node? { memory.slots[index].node }
  /// The numbers of input `index`, if they are kept.
  package func inputArray(_ index: Int) -> NDArray? {
    memory.slots[index].storage.map(NDArray.init(storage:))
  }

  /// What the operation saved as number `index`.
  func savedArray(_ index: Int) -> NDArray? {
    guard index < Int(memory.savedCount) else { return nil }
    return memory.saved[index].storage.map(NDArray.init(storage:))
  }

  deinit {
    if isVariable { return memory.freeRecorded() }
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
    memory.freeRecorded()
  }

  /// Turns the inputs into constants, and hands out those of their nodes that have inputs
  /// themselves.
  private func takeNodes(_ next: inout Node?, _ others: inout [Node]) {
    for index in 0..<inputCount {
      let slot = memory.slots + index
      guard let node = slot.pointee.node else { continue }
      slot.pointee.node = nil
      if node.isVariable { continue }
      if next == nil { next = node } else { others.append(node) }
    }
  }
}

/// The node of one kind of operation, which lies in it as it is: behind an existential, each look at
/// it and the end of it would ask the runtime.
final class OperationNode<Operation: TensorOperation>: Node, @unchecked Sendable {
  private let recorded: Operation

  @inline(__always)
  fileprivate init(_ operation: Operation, _ memory: OperationMemory) {
    recorded = operation
    super.init(memory)
  }

  /// A node that takes over the memory of its inputs, and keeps what the gradient needs.
  @inline(__always)
  static func recording(
    _ operation: Operation, taking memory: OperationMemory, _ output: Unmanaged<Storage>,
    keepsAllNumbers: Bool
  ) -> Node {
    let needs =
      keepsAllNumbers ? [.inputs, .output] : operation.gradientNeeds(for: memory.inputs)
    memory.keep(needs)
    // The result is counted only if it is kept.
    output._withUnsafeGuaranteedRef { storage in
      memory.output.initialize(
        to: .init(storage: needs.contains(.output) ? storage : nil, node: nil))
      memory.type.initialize(to: TensorType(storage.shape, storage.scalarType))
    }
    return OperationNode(operation, memory)
  }

  override var operation: any TensorOperation { recorded }
  override func passBack(_ pass: inout BackwardPass) { recorded.backward(&pass) }
}

/// The start of a graph: a tensor by which a gradient can be asked for.
package struct Variable: TensorOperation {
  package let label: String?
  package var name: String { "variable" }

  package func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType { inputs[0].type }
  package func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }
  package func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray { pass.input(0) }
  package func backward(_ pass: inout BackwardPass) {}
}
