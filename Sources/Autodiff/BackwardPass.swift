import BackpropArrays

/// A walk back through a graph, as an operation sees it while its gradient passes through.
public struct BackwardPass: ~Copyable {
  // Few fields, and the sums behind a pointer: a larger value would be copied at every look at it.
  private let sums: UnsafeMutablePointer<GradientSums>
  private(set) var node: Unmanaged<Node>
  // Of the node at hand: its inputs, its result and what it saved, one after the other.
  private var slots: UnsafeMutablePointer<OperationMemory.Slot>
  /// The number of inputs of the operation.
  public private(set) var inputCount: Int
  // `nil` once it has been taken.
  private var arrived: Tensor?

  /// Whether the gradients are being recorded, to be differentiated again. An operation that has a
  /// faster way to a gradient that only yields numbers may take it when this is false.
  public let isRecording: Bool

  /// A pass that stands at `node`, where `cotangent` has arrived, and adds what it passes on to
  /// `sums`.
  init(
    at node: Unmanaged<Node>, _ cotangent: consuming Tensor, isRecording: Bool,
    sums: UnsafeMutablePointer<GradientSums>
  ) {
    self.sums = sums
    self.node = node
    slots = node._withUnsafeGuaranteedRef { $0.memory.slots }
    inputCount = node._withUnsafeGuaranteedRef { $0.inputCount }
    arrived = cotangent
    self.isRecording = isRecording
  }

  /// Goes on to another node.
  @inline(__always)
  mutating func go(to node: Unmanaged<Node>, _ cotangent: consuming Tensor) {
    self.node = node
    slots = node._withUnsafeGuaranteedRef { $0.memory.slots }
    inputCount = node._withUnsafeGuaranteedRef { $0.inputCount }
    arrived = cotangent
  }

  /// Lets go of the cotangent, after the operation.
  @inline(__always)
  mutating func dropCotangent() { arrived = nil }

  // MARK: What an operation asks

  /// The gradient with respect to the result of the operation.
  @inline(__always)
  public var cotangent: Tensor { arrived! }

  /// The gradient with respect to the result of the operation, handed over: if nothing else holds
  /// its memory, the operation may write in it. It cannot be asked for again.
  @inline(__always)
  mutating func takeCotangent() -> Tensor {
    guard let cotangent = arrived.take() else { fatalError("BackwardPass: taken twice") }
    return cotangent
  }

  /// Whether a gradient with respect to input `index` is wanted.
  ///
  /// Traps if there is no such input, as all that asks for one by its position.
  @inline(__always)
  public func needsGradient(_ index: Int) -> Bool { slot(index).pointee.node != nil }

  /// Input `index` of the operation. Traps if it is not among its
  /// ``TensorOperation/gradientNeeds(for:)``.
  @inline(__always)
  public func input(_ index: Int) -> Tensor {
    let slot = slot(index)
    guard let storage = slot.pointee.storage else { trapUndeclared(".input(\(index))") }
    return Tensor(
      array: NDArray(storage: storage), node: isRecording ? slot.pointee.node : nil)
  }

  /// Lends the array of input `index` without counting references to it: the graph holds it.
  @inline(__always)
  func withArray<R>(_ index: Int, _ body: (NDArray) -> R) -> R {
    guard let storage = slot(index).pointee.storage.map(Unmanaged.passUnretained) else {
      trapUndeclared(".input(\(index))")
    }
    return storage._withUnsafeGuaranteedRef { body(NDArray(storage: $0)) }
  }

  /// Lends the array that was saved as number `index`.
  @inline(__always)
  func withSaved<R>(_ index: Int, _ body: (NDArray) -> R) -> R {
    guard let storage = savedSlot(index).pointee.storage.map(Unmanaged.passUnretained) else {
      trapUnsaved(index)
    }
    return storage._withUnsafeGuaranteedRef { body(NDArray(storage: $0)) }
  }

  /// Lends the array of the result.
  @inline(__always)
  func withResult<R>(_ body: (NDArray) -> R) -> R {
    guard let storage = slots[inputCount].storage.map(Unmanaged.passUnretained) else {
      trapUndeclared(".output")
    }
    return storage._withUnsafeGuaranteedRef { body(NDArray(storage: $0)) }
  }

  /// The result of the operation. Traps if it is not among its
  /// ``TensorOperation/gradientNeeds(for:)``.
  @inline(__always)
  public var output: Tensor {
    node._withUnsafeGuaranteedRef { node in
      guard let output = node.output else { trapUndeclared(".output") }
      return Tensor(array: output, node: isRecording ? node : nil)
    }
  }

  /// Input `index` of the operation, if its numbers are kept.
  func inputIfKept(_ index: Int) -> Tensor? {
    slot(index).pointee.storage == nil ? nil : input(index)
  }

  /// The result of the operation, if its numbers are kept.
  var outputIfKept: Tensor? { slots[inputCount].storage == nil ? nil : output }

  /// The array that the forward computation saved as number `index`, as a constant.
  ///
  /// Traps if nothing was saved under this number.
  public func saved(_ index: Int) -> Tensor {
    guard let storage = savedSlot(index).pointee.storage else { trapUnsaved(index) }
    return Tensor(array: NDArray(storage: storage), node: nil)
  }

  /// A saved array as the result of `operation` on input `index`, so that it can be differentiated
  /// again. What that operation's own gradient needs may be its result, and no other numbers.
  func saved(_ index: Int, as operation: some TensorOperation, of input: Int) -> Tensor {
    let value = saved(index)
    guard isRecording, let node = slot(input).pointee.node, Recording.ofThisThread.isEnabled else {
      return value
    }
    let memory = OperationMemory(inputCount: 1, savedCount: operation.savedCount)
    // The gradient must not ask for the input's numbers, so any of its type would do.
    memory.tensors.initialize(to: Tensor(array: value.array, node: node))
    memory.prepareToSave()
    let recorded = OperationNode.recording(
      operation, taking: memory, .passUnretained(value.storage), keepsAllNumbers: false)
    return Tensor(array: value.array, node: recorded)
  }

  /// A saved array as the result of `operation` on the same inputs, so that it can be differentiated
  /// again. What that operation's own gradient needs may be its result and inputs that this one keeps.
  func saved(_ index: Int, as operation: some TensorOperation) -> Tensor {
    let value = saved(index)
    guard isRecording, Recording.ofThisThread.isEnabled else { return value }
    let memory = OperationMemory(inputCount: inputCount, savedCount: operation.savedCount)
    for input in 0..<inputCount {
      let slot = slots + input
      // The gradient must not ask for numbers that are gone, so any would do.
      let array = slot.pointee.storage.map { NDArray(storage: $0) } ?? value.array
      (memory.tensors + input).initialize(to: Tensor(array: array, node: slot.pointee.node))
    }
    memory.prepareToSave()
    let recorded = OperationNode.recording(
      operation, taking: memory, .passUnretained(value.storage), keepsAllNumbers: false)
    return Tensor(array: value.array, node: recorded)
  }

  /// The shape and type of input `index`: of one that wants a gradient always, of a constant if its
  /// numbers are kept.
  ///
  /// Traps if it is a constant whose numbers are not kept.
  @inline(__always)
  public func inputType(_ index: Int) -> TensorType {
    let slot = slot(index)
    if let node = slot.pointee.node { return node.type }
    guard let storage = slot.pointee.storage else { trapUndeclared(".input(\(index))") }
    return TensorType(storage.shape, storage.scalarType)
  }

  @inline(__always)
  private func slot(_ index: Int) -> UnsafeMutablePointer<OperationMemory.Slot> {
    guard index >= 0, index < inputCount else {
      fatalError("BackwardPass: input \(index) of an operation on \(inputCount)")
    }
    return slots + index
  }

  @inline(__always)
  private func savedSlot(_ index: Int) -> UnsafeMutablePointer<OperationMemory.Slot> {
    let savedCount = node._withUnsafeGuaranteedRef { Int($0.memory.savedCount) }
    guard index >= 0, index < savedCount else { trapUnsaved(index) }
    return slots + (inputCount &+ 1 &+ index)
  }

  @inline(never)
  private func trapUnsaved(_ index: Int) -> Never {
    let name = node._withUnsafeGuaranteedRef { $0.operation.name }
    fatalError("\(name): nothing was saved as number \(index)")
  }

  @inline(never)
  private func trapUndeclared(_ what: String) -> Never {
    let name = node._withUnsafeGuaranteedRef { $0.operation.name }
    fatalError(
      "\(name): its gradient asks for numbers that it did not declare; add \(what) to "
        + "gradientNeeds(for:)")
  }

  // MARK: What an operation passes on

  /// Adds to the gradient with respect to input `index`. Sums over the axes along which the input
  /// was broadcast.
  ///
  /// What arrives for one tensor is added up in the order in which it arrives.
  public mutating func add(_ gradient: consuming Tensor, to index: Int) {
    guard let target = slot(index).pointee.node.map(Unmanaged.passUnretained) else { return }
    if target.type.pointee.shape != gradient.storage.shape {
      gradient = gradient.sum(to: target.type.pointee.shape)
    }
    sums.pointee.add(gradient, for: target, input: index)
  }

  /// Adds to a part of the gradient with respect to input `index` in place, where a gradient of the
  /// whole shape for every part would take time and memory by the square: `body` is given the sum
  /// of what has arrived, zeros at first, and adds to it. Only for gradients that are not being
  /// recorded.
  mutating func addInPlace(to index: Int, _ body: (inout NDArray) -> Void) {
    guard let target = slot(index).pointee.node.map(Unmanaged.passUnretained) else { return }
    if sums.pointee.change(for: target, input: index, body) { return }
    var total = NDArray.zeros(
      target.type.pointee.shape, scalarType: target.type.pointee.scalarType)
    body(&total)
    sums.pointee.add(Tensor(array: total, node: nil), for: target, input: index)
  }
}

/// A look at a node that something else holds, without counting it.
extension Unmanaged<Node> {
  @inline(__always)
  var number: UInt64 { _withUnsafeGuaranteedRef { $0.number } }
  @inline(__always)
  var isVariable: Bool { _withUnsafeGuaranteedRef { $0.isVariable } }
  @inline(__always)
  var type: UnsafeMutablePointer<TensorType> { _withUnsafeGuaranteedRef { $0.memory.type } }
}
