import BackpropArrays

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
    let start = cotangent ?? Tensor.seed(shape, scalarType)
    var pass = BackwardPass(
      from: node, cotangent: recordingGraph ? start : start.detached, isRecording: recordingGraph,
      keepsIntermediates: keepingIntermediates)
    pass.run()
    // The walk does not hold the nodes that it visits.
    withExtendedLifetime(node) {}
    return pass.gradients
  }
}

extension Tensor {
  /// A one for each element, to start from. Nearly always there is one element, and then it is the
  /// same tensor every time.
  fileprivate static func seed(_ shape: Shape, _ scalarType: ScalarType) -> Tensor {
    guard shape.rank == 0 else { return .ones(shape, scalarType) }
    return scalarType == .float32 ? seed32 : seed64
  }
  private static let seed32 = Tensor(1, .float32)
  private static let seed64 = Tensor(1, .float64)
}

/// One walk back through a graph, as an operation sees it while its gradient passes through.
public struct BackwardPass: ~Copyable {
  /// A gradient on its way to a node. A node with several users gets several, which are added when
  /// it is the node's turn.
  private struct Arrival {
    let number: UInt64
    let order: Int
    // Not counted: the tensor that the walk starts from keeps every node of its graph alive.
    let node: Unmanaged<Node>
    let cotangent: Tensor

    /// Later nodes first; among those for one node, the earlier arrival, so that a sum is always
    /// taken in the same order.
    @inline(__always)
    func precedes(_ other: Arrival) -> Bool {
      number != other.number ? number > other.number : order < other.order
    }
  }

  // What comes next, and a heap of what comes after. In a chain of layers there is never more than
  // one, which needs no memory of its own.
  private var next: Arrival?
  private var later: [Arrival] = []
  private var arrivals = 0
  private(set) var node: Unmanaged<Node>
  // In the order in which they arrive. Variables pass nothing on, so they need not wait their turn.
  private var finished: [Gradients.Entry]
  private let keepsIntermediates: Bool
  // `nil` once it has been taken.
  private var arrived: Tensor?

  /// Whether the gradients are being recorded, to be differentiated again. An operation that has a
  /// faster way to a gradient that only yields numbers may take it when this is false.
  public let isRecording: Bool

  /// The gradient by the result of the operation.
  @inline(__always)
  public var cotangent: Tensor { arrived! }

  fileprivate init(
    from start: Node, cotangent: consuming Tensor, isRecording: Bool, keepsIntermediates: Bool
  ) {
    node = .passUnretained(start)
    arrived = cotangent
    self.isRecording = isRecording
    self.keepsIntermediates = keepsIntermediates
    finished = []
  }

  /// The gradient by the result of the operation, handed over: if nothing else holds its memory, the
  /// operation may write in it. It cannot be asked for again.
  @inline(__always)
  mutating func takeCotangent() -> Tensor {
    guard let cotangent = arrived.take() else { fatalError("BackwardPass: taken twice") }
    return cotangent
  }

  /// The inputs of the operation, lent until it has passed the gradient on.
  @inline(__always)
  var inputs: Inputs { node._withUnsafeGuaranteedRef { $0.inputs } }

  /// Input `index` of the operation.
  public func input(_ index: Int) -> Tensor {
    isRecording ? inputs[index] : Tensor(array: inputs[index].array, node: nil)
  }

  /// The result of the operation.
  public var output: Tensor {
    node._withUnsafeGuaranteedRef { Tensor(array: $0.output, node: isRecording ? $0 : nil) }
  }

  /// The number of inputs of the operation.
  public var inputCount: Int { inputs.count }

  /// Whether a gradient by input `index` is wanted.
  @inline(__always)
  public func needsGradient(_ index: Int) -> Bool { inputs[index].node != nil }

  /// Adds to the gradient by input `index`. Sums over the axes along which the input was broadcast.
  public mutating func add(_ gradient: consuming Tensor, to index: Int) {
    let inputs = self.inputs
    guard let target = inputs[index].unmanagedNode else { return }
    if gradient.array.storage.shape != inputs[index].array.storage.shape {
      gradient = gradient.sum(to: inputs[index].shape)
    }
    let (number, isVariable) = target._withUnsafeGuaranteedRef { ($0.number, $0.isVariable) }
    if isVariable {
      finished.append(.init(number: number, gradient: gradient))
    } else {
      push(Arrival(number: number, order: arrivals, node: target, cotangent: gradient))
      arrivals &+= 1
    }
  }

  fileprivate mutating func run() {
    finished.reserveCapacity(8)
    step()
    while let arrival = pop() {
      // Handed over, not copied: an operation may write in a cotangent that nothing else holds.
      let number = arrival.number
      node = arrival.node
      arrived = (consume arrival).cotangent
      while next?.number == number { arrived = cotangent + pop()!.cotangent }
      step()
    }
  }

  /// What the walk found.
  fileprivate var gradients: Gradients { Gradients(adding: finished) }

  /// Passes the gradient through one node.
  private mutating func step() {
    let (number, isVariable) = node._withUnsafeGuaranteedRef { ($0.number, $0.isVariable) }
    if isVariable || keepsIntermediates {
      finished.append(.init(number: number, gradient: cotangent))
    }
    if !isVariable { node._withUnsafeGuaranteedRef { $0.operation.backward(&self) } }
  }

  private mutating func push(_ arrival: consuming Arrival) {
    if next == nil {
      next = arrival
    } else {
      if arrival.precedes(next.unsafelyUnwrapped) { swap(&arrival, &next!) }
      pushLater(arrival)
    }
  }

  private mutating func pop() -> Arrival? {
    let first = next.take()
    if !later.isEmpty { next = popLater() }
    return first
  }

  // A binary heap.
  private mutating func pushLater(_ arrival: Arrival) {
    later.append(arrival)
    var child = later.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard later[child].precedes(later[parent]) else { break }
      later.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popLater() -> Arrival? {
    guard let last = later.popLast() else { return nil }
    if later.isEmpty { return last }
    let top = later[0]
    later[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < later.count && later[child].precedes(later[best]) { best = child }
      if best == parent { break }
      later.swapAt(parent, best)
      parent = best
    }
    return top
  }
}
