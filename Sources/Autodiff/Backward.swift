import Arrays

extension Tensor {
  /// The gradients of this tensor by everything it was computed from that requires one.
  ///
  /// ```swift
  /// let gradients = loss.backward()
  /// gradients[weight]                  // ∂loss/∂weight, of weight's shape
  /// ```
  ///
  /// Nothing accumulates between calls. Each call walks the graph afresh, from the last operation
  /// to the first, without recursion.
  ///
  /// - Parameters:
  ///   - cotangent: the gradient of whatever comes after by this tensor, of this tensor's shape.
  ///     May be left out for a single number, where it is 1.
  ///   - recordingGraph: whether the gradients can themselves be differentiated.
  ///   - keepingIntermediates: whether to keep the gradients by intermediate results too.
  ///
  /// Source: reverse accumulation, S. Linnainmaa (1970); Rumelhart, Hinton and Williams, "Learning
  /// representations by back-propagating errors", Nature 323 (1986).
  public func backward(
    from cotangent: Tensor? = nil, recordingGraph: Bool = false, keepingIntermediates: Bool = false
  ) -> Gradients {
    guard let node else {
      fatalError(
        "backward: this tensor was computed from constants alone, so there is nothing to "
          + "differentiate by; mark the inputs with requiringGradient(), and compute outside "
          + "withoutGradient { }")
    }
    if let cotangent {
      guard cotangent.shape == shape, cotangent.scalarType == scalarType else {
        ShapeError(
          "backward", [shape, cotangent.shape],
          "the cotangent must have the shape and type of the tensor it belongs to"
        ).trap()
      }
    } else if count != 1 {
      ShapeError(
        "backward", [shape], "a gradient is of a single number, and this tensor holds \(count)",
        hint: "reduce it to a loss first, with sum() or mean(), or say what follows: "
          + "backward(from: cotangent)"
      ).trap()
    }
    let start = cotangent ?? Tensor.ones(shape, scalarType)
    var pass = BackwardPass(
      isRecording: recordingGraph, keepsIntermediates: keepingIntermediates)
    pass.run(from: node, cotangent: recordingGraph ? start : start.detached)
    return Gradients(pass.finished)
  }
}

/// One walk back through a graph, as an operation sees it while its gradient passes through.
public struct BackwardPass {
  /// A gradient on its way to a node. A node with several users gets several, which are added when
  /// it is the node's turn.
  private struct Arrival {
    let node: Node
    let cotangent: Tensor
    let order: Int

    /// Later nodes first; among those for one node, the earlier arrival, so that a sum is always
    /// taken in the same order.
    func precedes(_ other: Arrival) -> Bool {
      node.number != other.node.number
        ? node.number > other.node.number : order < other.order
    }
  }

  private var heap: [Arrival] = []
  private var arrivals = 0
  private var node: Node?
  fileprivate private(set) var finished: [Gradients.Entry] = []
  private let keepsIntermediates: Bool

  /// Whether the gradients are being recorded, to be differentiated again. An operation that has a
  /// faster way to a gradient that only yields numbers may take it when this is false.
  public let isRecording: Bool

  /// The gradient by the result of the operation.
  public private(set) var cotangent: Tensor

  fileprivate init(isRecording: Bool, keepsIntermediates: Bool) {
    self.isRecording = isRecording
    self.keepsIntermediates = keepsIntermediates
    cotangent = Tensor(0)
  }

  /// Input `index` of the operation.
  public func input(_ index: Int) -> Tensor {
    isRecording ? node!.inputs[index] : node!.inputs[index].detached
  }

  /// The result of the operation.
  public var output: Tensor { Tensor(array: node!.output, node: isRecording ? node : nil) }

  /// The number of inputs of the operation.
  public var inputCount: Int { node!.inputs.count }

  /// Whether a gradient by input `index` is wanted.
  public func needsGradient(_ index: Int) -> Bool { node!.inputs[index].node != nil }

  /// Adds to the gradient by input `index`. Sums over the axes along which the input was broadcast.
  public mutating func add(_ gradient: Tensor, to index: Int) {
    let input = node!.inputs[index]
    guard let target = input.node else { return }
    let fitting = gradient.shape == input.shape ? gradient : gradient.sum(to: input.shape)
    push(Arrival(node: target, cotangent: fitting, order: arrivals))
    arrivals += 1
  }

  fileprivate mutating func run(from start: Node, cotangent first: Tensor) {
    push(Arrival(node: start, cotangent: first, order: 0))
    arrivals = 1
    while let next = pop() {
      node = next.node
      cotangent = next.cotangent
      while let number = heap.first?.node.number, number == next.node.number {
        cotangent = cotangent + pop()!.cotangent
      }
      let isVariable = next.node.isVariable
      if isVariable || keepsIntermediates {
        finished.append(.init(number: next.node.number, gradient: cotangent))
      }
      if !isVariable { next.node.operation.backward(&self) }
    }
    node = nil
  }

  // A binary heap. For a plain chain of layers it never holds more than a few arrivals.
  private mutating func push(_ arrival: Arrival) {
    heap.append(arrival)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() -> Arrival? {
    guard let last = heap.popLast() else { return nil }
    guard let top = heap.first else { return last }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[best]) { best = child }
      if best == parent { break }
      heap.swapAt(parent, best)
      parent = best
    }
    return top
  }
}
