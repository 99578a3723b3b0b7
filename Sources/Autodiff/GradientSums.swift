import BackpropArrays
import CBackpropKernels

/// What has arrived during a walk back: for each node whose turn has not come, and for each
/// variable, the sum of its gradients, added in the order in which they arrive.
struct GradientSums {
  /// A node whose turn has not come.
  struct Arrival {
    let number: UInt64
    let node: Unmanaged<Node>
    // Set when the walk has let go of a user of the node that it owned itself: then the walk owns
    // the node. Until then a user holds it, and counting references would only cost time.
    var owner: Node?
    var cotangent: Tensor
  }

  // The node of the highest number, and those after it by rising number. In a chain of layers there
  // is never more than one, which needs no memory of its own.
  private var next: Arrival?
  private var waiting: [Arrival] = []
  /// The gradients with respect to variables, which pass nothing on and so need not wait their
  /// turn, and to other nodes that were asked for. By falling number, as the walk comes by them,
  /// mostly.
  private(set) var finished: [Gradients.Entry] = []
  /// Which of the finished are no variables, where such were asked for.
  var intermediates: Set<UInt64>?
  /// What one operation passes back, by input, where only that is asked for.
  private var shares: [Tensor?]?

  init() { finished.reserveCapacity(8) }

  // MARK: Adding

  /// Adds to the sum for `target`, which is input `index` of the node at hand.
  @inline(__always)
  mutating func add(
    _ gradient: consuming Tensor, for target: Unmanaged<Node>, input index: Int
  ) {
    if shares != nil { return addShare(gradient, index) }
    if target.isVariable {
      finish(target.number, gradient)
    } else {
      wait(target, gradient)
    }
  }

  /// Adds to the gradient with respect to the variable, or other finished node, of this number.
  mutating func finish(_ number: UInt64, _ gradient: consuming Tensor) {
    let place = finishedPlace(of: number)
    if place == finished.count {
      finished.append(.init(number: number, gradient: gradient))
    } else if finished[place].number == number {
      Self.add(gradient, to: &finished[place].gradient)
    } else {
      finished.insert(.init(number: number, gradient: gradient), at: place)
    }
  }

  private mutating func wait(_ node: Unmanaged<Node>, _ gradient: consuming Tensor) {
    let number = node.number
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

  /// total + gradient, in the memory of either where nothing else holds it.
  private static func add(_ gradient: consuming Tensor, to total: inout Tensor) {
    guard total.node == nil, gradient.node == nil else {
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

  /// Has `body` change the sum for `target` in place; false if nothing has arrived there yet.
  mutating func change(
    for target: Unmanaged<Node>, input index: Int, _ body: (inout NDArray) -> Void
  ) -> Bool {
    let number = target.number
    if shares != nil {
      guard shares![index] != nil else { return false }
      Self.change(&shares![index]!, body)
    } else if target.isVariable {
      let place = finishedPlace(of: number)
      guard place < finished.count, finished[place].number == number else { return false }
      Self.change(&finished[place].gradient, body)
    } else if next?.number == number {
      Self.change(&next!.cotangent, body)
    } else {
      let place = waitingPlace(of: number)
      guard place < waiting.count, waiting[place].number == number else { return false }
      Self.change(&waiting[place].cotangent, body)
    }
    return true
  }

  private static func change(_ total: inout Tensor, _ body: (inout NDArray) -> Void) {
    var array = NDArray(storage: total.storage)
    // Lets go of the memory, so that it can be written in place.
    total = placeholder
    body(&array)
    total = Tensor(array: array, node: nil)
  }
  private static let placeholder = Tensor(0)

  // MARK: Whose turn it is

  /// Takes out the node of the highest number.
  @inline(__always)
  mutating func takeNext() -> Arrival? {
    let arrival = next.take()
    if !waiting.isEmpty { next = waiting.popLast() }
    return arrival
  }

  /// Hands a node over to its arrival, if a gradient is on its way there; a node that has an owner
  /// needs no second.
  mutating func hand(over node: consuming Node) {
    let number = node.number
    if next?.number == number {
      if next!.owner == nil { next!.owner = node }
      return
    }
    let place = waitingPlace(of: number)
    guard place < waiting.count, waiting[place].number == number else { return }
    if waiting[place].owner == nil { waiting[place].owner = node }
  }

  /// Lets `body` look at the gradient with respect to the variable of this number and change it, if
  /// there is one.
  mutating func tell(_ number: UInt64, _ body: (VariableID, inout Tensor) -> Void) {
    let place = finishedPlace(of: number)
    guard place < finished.count, finished[place].number == number else { return }
    body(VariableID(number: number), &finished[place].gradient)
  }

  /// Where the node of this number stands among those that wait, or would.
  private func waitingPlace(of number: UInt64) -> Int {
    // Mostly near the end: what waits is what comes soon.
    var high = waiting.count
    for _ in 0..<4 {
      if high == 0 || waiting[high - 1].number < number { return high }
      high -= 1
      if waiting[high].number == number { return high }
    }
    var low = 0
    while low < high {
      let middle = (low + high) / 2
      if waiting[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where the node of this number stands among the finished, or would.
  private func finishedPlace(of number: UInt64) -> Int {
    var high = finished.count
    for _ in 0..<4 {
      if high == 0 || finished[high - 1].number > number { return high }
      high -= 1
      if finished[high].number == number { return high }
    }
    var low = 0
    while low < high {
      let middle = (low + high) / 2
      if finished[middle].number > number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: One operation alone

  /// What `node` alone passes back to each of its inputs, for the gradient with respect to its
  /// result.
  static func shares(of node: Node, _ cotangent: Tensor) -> [Tensor?] {
    var sums = GradientSums()
    sums.shares = Array(repeating: nil, count: node.inputCount)
    return withUnsafeMutablePointer(to: &sums) { sums in
      var pass = BackwardPass(
        at: .passUnretained(node), cotangent, isRecording: false, sums: sums)
      node.passBack(&pass)
      return sums.pointee.shares!
    }
  }

  private mutating func addShare(_ gradient: consuming Tensor, _ index: Int) {
    if shares![index] == nil {
      shares![index] = gradient
    } else {
      shares![index] = shares![index]! + gradient
    }
  }
}

extension Node {
  /// What this node alone passes back to each of its inputs, for the gradient with respect to its
  /// result.
  package func shares(of cotangent: Tensor) -> [Tensor?] {
    GradientSums.shares(of: self, cotangent)
  }
}
