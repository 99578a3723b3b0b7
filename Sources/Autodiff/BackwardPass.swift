import BackpropArrays
import CBackpropKernels

/// One walk back through a graph, as an operation sees it while its gradient passes through.
public struct BackwardPass: ~Copyable {
  /// A node whose turn has not come, with the sum of what arrived for it.
  private struct Arrival {
    let number: UInt64
    let node: Unmanaged<Node>
    // Set when the walk has let go of the last of the node's users that it owned itself: then the
    // walk owns the node. Until then a user holds it, and counting references would only cost time.
    var owner: Node?
    var cotangent: Tensor
  }

  // The node of the highest number, and those after it by rising number. In a chain of layers there
  // is never more than one, which needs no memory of its own.
  private var next: Arrival?
  private var waiting: [Arrival] = []
  private(set) var node: Unmanaged<Node>
  // What the walk owns of the node at hand, and nodes that it shares with others, who might let go
  // of them while the walk still has to pass what lies below.
  private var owner: Node?
  private var held: [Node] = []
  // Variables pass nothing on, so they need not wait their turn.
  private var finished: [Gradients.Entry]
  private let keepsIntermediates: Bool
  // `nil` once it has been taken.
  private var arrived: Tensor?
  /// What one operation passes back, by input, where that is what was asked for.
  private var shares: [Tensor?]?

  /// Whether the gradients are being recorded, to be differentiated again. An operation that has a
  /// faster way to a gradient that only yields numbers may take it when this is false.
  public let isRecording: Bool

  init(
    from start: consuming Node, cotangent: consuming Tensor, isRecording: Bool,
    keepsIntermediates: Bool
  ) {
    node = .passUnretained(start)
    owner = start
    arrived = cotangent
    self.isRecording = isRecording
    self.keepsIntermediates = keepsIntermediates
    finished = []
  }

  // MARK: What an operation asks

  /// The gradient by the result of the operation.
  @inline(__always)
  public var cotangent: Tensor { arrived! }

  /// The gradient by the result of the operation, handed over: if nothing else holds its memory, the
  /// operation may write in it. It cannot be asked for again.
  @inline(__always)
  mutating func takeCotangent() -> Tensor {
    guard let cotangent = arrived.take() else { fatalError("BackwardPass: taken twice") }
    return cotangent
  }

  /// The number of inputs of the operation.
  @inline(__always)
  public var inputCount: Int { node._withUnsafeGuaranteedRef { $0.inputCount } }

  /// Whether a gradient by input `index` is wanted.
  @inline(__always)
  public func needsGradient(_ index: Int) -> Bool { slot(index).pointee.node != nil }

  /// Input `index` of the operation, which must be among its ``TensorOperation/gradientNeeds(for:)``.
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
    let slot = node._withUnsafeGuaranteedRef { $0.memory.output }
    guard let storage = slot.pointee.storage.map(Unmanaged.passUnretained) else {
      trapUndeclared(".output")
    }
    return storage._withUnsafeGuaranteedRef { body(NDArray(storage: $0)) }
  }

  /// The result of the operation, which must be among its ``TensorOperation/gradientNeeds(for:)``.
  @inline(__always)
  public var output: Tensor {
    node._withUnsafeGuaranteedRef { node in
      guard let output = node.output else { trapUndeclared(".output") }
      return Tensor(array: output, node: isRecording ? node : nil)
    }
  }

  /// The array that the forward computation saved as number `index`, as a constant.
  public func saved(_ index: Int) -> Tensor {
    guard let storage = savedSlot(index).pointee.storage else { trapUnsaved(index) }
    return Tensor(array: NDArray(storage: storage), node: nil)
  }

  /// A saved array as the result of `operation` on input `index`, so that it can be differentiated
  /// again. What that operation's own gradient needs may be its result, and no other numbers.
  func saved(_ index: Int, as operation: some TensorOperation, of input: Int) -> Tensor {
    let value = saved(index)
    guard isRecording, let node = slot(input).pointee.node, Recording.isEnabled else {
      return value
    }
    let memory = OperationMemory(inputCount: 1, savedCount: operation.savedCount)
    // The gradient must not ask for the input's numbers, so any of its type would do.
    memory.tensors.initialize(to: Tensor(array: value.array, node: node))
    memory.prepareToSave()
    return Tensor(array: value.array, node: Node(operation, taking: memory, value.array))
  }

  /// The shape and type of input `index`: of one that wants a gradient always, of a constant if its
  /// numbers are kept.
  @inline(__always)
  public func inputType(_ index: Int) -> TensorType {
    let slot = slot(index)
    if let node = slot.pointee.node { return node.type }
    guard let storage = slot.pointee.storage else { trapUndeclared(".input(\(index))") }
    return TensorType(storage.shape, storage.scalarType)
  }

  @inline(__always)
  private func slot(_ index: Int) -> UnsafeMutablePointer<OperationMemory.Slot> {
    node._withUnsafeGuaranteedRef { node in
      guard index >= 0, index < node.inputCount else {
        fatalError("BackwardPass: input \(index) of an operation on \(node.inputCount)")
      }
      return node.memory.slots + index
    }
  }

  @inline(__always)
  private func savedSlot(_ index: Int) -> UnsafeMutablePointer<OperationMemory.Slot> {
    node._withUnsafeGuaranteedRef { node in
      guard index >= 0, index < node.memory.savedCount else { trapUnsaved(index) }
      return node.memory.saved + index
    }
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

  /// Adds to the gradient by input `index`. Sums over the axes along which the input was broadcast.
  ///
  /// What arrives for one tensor is added up in the order in which it arrives.
  public mutating func add(_ gradient: consuming Tensor, to index: Int) {
    guard let target = slot(index).pointee.node.map(Unmanaged.passUnretained) else { return }
    let (number, isVariable) = (target.number, target.isVariable)
    if target.type.pointee.shape != gradient.storage.shape {
      gradient = gradient.sum(to: target.type.pointee.shape)
    }
    if shares != nil {
      if shares![index] == nil {
        shares![index] = gradient
      } else {
        shares![index] = shares![index]! + gradient
      }
    } else if isVariable {
      let place = finishedPlace(of: number)
      if place < finished.count, finished[place].number == number {
        Self.add(gradient, to: &finished[place].gradient)
      } else {
        insertFinished(.init(number: number, gradient: gradient), at: place)
      }
    } else {
      wait(number, target, gradient)
    }
  }

  private mutating func wait(
    _ number: UInt64, _ node: Unmanaged<Node>, _ gradient: consuming Tensor
  ) {
    guard let first = next?.number else {
      next = Arrival(number: number, node: node, owner: nil, cotangent: gradient)
      return
    }
    if number == first { return Self.add(gradient, to: &next!.cotangent) }
    if number > first {
      waiting.append(next.take()!)
      next = Arrival(number: number, node: node, owner: nil, cotangent: gradient)
      return
    }
    let place = waitingPlace(of: number)
    if place < waiting.count, waiting[place].number == number {
      Self.add(gradient, to: &waiting[place].cotangent)
    } else {
      waiting.insert(
        Arrival(number: number, node: node, owner: nil, cotangent: gradient), at: place)
    }
  }

  /// Adds to a part of the gradient by input `index` in place, where a gradient of the whole shape
  /// for every part would take time and memory by the square: `body` is given the sum of what has
  /// arrived, zeros at first, and adds to it. Only for gradients that are not being recorded.
  mutating func addInPlace(to index: Int, _ body: (inout NDArray) -> Void) {
    guard let target = slot(index).pointee.node.map(Unmanaged.passUnretained) else { return }
    let (number, isVariable) = (target.number, target.isVariable)
    if shares != nil {
      if shares![index] != nil { return Self.change(&shares![index]!, body) }
    } else if isVariable {
      let place = finishedPlace(of: number)
      if place < finished.count, finished[place].number == number {
        return Self.change(&finished[place].gradient, body)
      }
    } else if next?.number == number {
      return Self.change(&next!.cotangent, body)
    } else {
      let place = waitingPlace(of: number)
      if place < waiting.count, waiting[place].number == number {
        return Self.change(&waiting[place].cotangent, body)
      }
    }
    var total = Tensor.zeros(target.type.pointee.shape, scalarType: target.type.pointee.scalarType)
    Self.change(&total, body)
    add(total, to: index)
  }

  private static func change(_ total: inout Tensor, _ body: (inout NDArray) -> Void) {
    var array = NDArray(storage: total.storage)
    // Lets go of the memory, so that it can be written in place.
    total = placeholder
    body(&array)
    total = Tensor(array: array, node: nil)
  }
  private static let placeholder = Tensor(0)

  /// total + gradient, in the memory of either where nothing else holds it.
  private static func add(_ gradient: consuming Tensor, to total: inout Tensor) {
    if total.node != nil || gradient.node != nil {
      total = total + gradient
      return
    }
    if total.hasOwnMemory() {
      Elementwise.binary(
        BP_ADD, NDArray(storage: total.storage), NDArray(storage: gradient.storage),
        into: NDArray(storage: total.storage))
    } else if gradient.hasOwnMemory() {
      Elementwise.binary(
        BP_ADD, NDArray(storage: total.storage), NDArray(storage: gradient.storage),
        into: NDArray(storage: gradient.storage))
      total = gradient
    } else {
      total = total + gradient
    }
  }

  /// Where the node of this number stands among those that wait, or would.
  private func waitingPlace(of number: UInt64) -> Int {
    var place = waiting.count
    // Mostly near the end: what waits is what comes soon.
    for _ in 0..<4 {
      if place == 0 || waiting[place - 1].number < number { return place }
      place -= 1
      if waiting[place].number == number { return place }
    }
    var low = 0
    while low < place {
      let middle = (low + place) / 2
      if waiting[middle].number < number { low = middle + 1 } else { place = middle }
    }
    return low
  }

  @inline(__always)
  private mutating func insertFinished(_ entry: consuming Gradients.Entry, at place: Int) {
    if place == finished.count {
      finished.append(entry)
    } else {
      finished.insert(entry, at: place)
    }
  }

  /// Where the variable of this number stands among those that have a gradient, or would: by falling
  /// number, as the walk comes by them, mostly.
  private func finishedPlace(of number: UInt64) -> Int {
    var place = finished.count
    for _ in 0..<4 {
      if place == 0 || finished[place - 1].number > number { return place }
      place -= 1
      if finished[place].number == number { return place }
    }
    var low = 0
    while low < place {
      let middle = (low + place) / 2
      if finished[middle].number > number { low = middle + 1 } else { place = middle }
    }
    return low
  }

  // MARK: The walk

  /// Walks to the end.
  mutating func run() {
    finished.reserveCapacity(8)
    step()
    while goOn() { step() }
  }

  /// Walks to the end and tells which variables can get nothing more, as soon as that is known.
  mutating func run(
    telling listener: consuming CompletionListener, _ body: (VariableID, inout Tensor) -> Void
  ) {
    var number = node.number
    step()
    while true {
      for variable in listener.variablesComplete(after: number) { tell(variable, body) }
      guard goOn() else { break }
      number = node.number
      step()
    }
    // Users that no gradient reached hold nothing back any more.
    for variable in listener.variablesComplete(after: 0) { tell(variable, body) }
  }

  private mutating func tell(_ number: UInt64, _ body: (VariableID, inout Tensor) -> Void) {
    let place = finishedPlace(of: number)
    guard place < finished.count, finished[place].number == number else { return }
    body(VariableID(number: number), &finished[place].gradient)
  }

  /// Goes on to the next node, if one waits.
  @inline(__always)
  private mutating func goOn() -> Bool {
    guard var arrival = next.take() else { return false }
    next = waiting.popLast()
    node = arrival.node
    owner = arrival.owner.take()
    // Handed over, not copied: an operation may write in a cotangent that nothing else holds.
    arrived = arrival.cotangent
    return true
  }

  /// What the walk found.
  var gradients: Gradients { Gradients(finished) }

  /// Passes the gradient through one node, and lets go of the node if the walk is its only owner.
  private mutating func step() {
    let (number, isVariable) = (node.number, node.isVariable)
    if isVariable || keepsIntermediates {
      insertFinished(
        .init(number: number, gradient: cotangent), at: finishedPlace(of: number))
    }
    if isVariable { return }
    node._withUnsafeGuaranteedRef { $0.operation.backward(&self) }
    if owner != nil { letGo() }
  }

  /// Frees the node at hand and becomes the owner of what it was computed from.
  private mutating func letGo() {
    arrived = nil
    guard isKnownUniquelyReferenced(&owner) else {
      held.append(owner.take()!)
      return
    }
    for index in 0..<inputCount {
      guard let input = slot(index).pointee.node.take(), !input.isVariable else { continue }
      hand(over: input)
    }
    owner = nil
  }

  /// Hands a node over to its arrival, if a gradient is on its way there; a node that has one owner
  /// needs no second.
  private mutating func hand(over input: consuming Node) {
    let number = input.number
    if next?.number == number {
      if next!.owner == nil { next!.owner = input }
      return
    }
    let place = waitingPlace(of: number)
    guard place < waiting.count, waiting[place].number == number else { return }
    if waiting[place].owner == nil { waiting[place].owner = input }
  }

  /// What `node` alone passes back to each of its inputs, for the gradient by its result.
  package static func shares(of node: Node, _ cotangent: Tensor) -> [Tensor?] {
    var pass = BackwardPass(
      from: node, cotangent: cotangent, isRecording: false, keepsIntermediates: false)
    pass.shares = Array(repeating: nil, count: node.inputCount)
    node.operation.backward(&pass)
    return pass.shares!
  }
}

/// A look at a node that something else holds, without counting it.
extension Unmanaged<Node> {
  @inline(__always)
  fileprivate var number: UInt64 { _withUnsafeGuaranteedRef { $0.number } }
  @inline(__always)
  fileprivate var isVariable: Bool { _withUnsafeGuaranteedRef { $0.isVariable } }
  @inline(__always)
  fileprivate var type: UnsafeMutablePointer<TensorType> {
    _withUnsafeGuaranteedRef { $0.memory.type }
  }
}
