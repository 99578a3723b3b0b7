/// A walk back from one node to all variables: from the highest number down, so that each node is
/// met after all of its users.
///
/// The walk lets go of the nodes that it alone owns as it passes them, so that what the graph kept
/// for a gradient is freed when the gradient has used it.
struct BackwardWalk {
  /// Whether the gradients can themselves be differentiated.
  let isRecording: Bool
  /// Whether to keep the gradients with respect to intermediate results too.
  let keepsIntermediates: Bool

  /// The gradients with respect to what `start` was computed from, for the gradient `cotangent`
  /// with respect to its result.
  func run(from start: consuming Node, _ cotangent: consuming Tensor) -> Gradients {
    walk(from: consume start, consume cotangent) { _, _ in }
  }

  /// The same, telling `body` of each variable as soon as its gradient is complete.
  func run(
    from start: consuming Node, _ cotangent: consuming Tensor,
    telling body: (VariableID, inout Tensor) -> Void
  ) -> Gradients {
    var users = LastUsers(inGraphOf: start)
    return walk(from: consume start, consume cotangent) { number, sums in
      for variable in users.variablesComplete(after: number) { sums.pointee.tell(variable, body) }
    }
  }

  /// Calls `afterNode` with the number of each node that the walk has passed, and 0 at the end.
  @inline(__always)
  private func walk(
    from start: consuming Node, _ cotangent: consuming Tensor,
    afterNode: (UInt64, UnsafeMutablePointer<GradientSums>) -> Void
  ) -> Gradients {
    var sums = GradientSums()
    if keepsIntermediates { sums.intermediates = [] }
    // What the walk owns of the node at hand, and nodes that it shares with others, who might let
    // go of them while the walk still has to pass what lies below.
    var owner: Node? = consume start
    var held: [Node] = []
    var first: Tensor? = consume cotangent
    withUnsafeMutablePointer(to: &sums) { sums in
      var pass = BackwardPass(
        at: .passUnretained(owner.unsafelyUnwrapped), first.take()!, isRecording: isRecording,
        sums: sums)
      while true {
        let number = pass.node.number
        step(&pass, sums)
        if owner != nil { letGo(of: &owner, &held, sums) }
        afterNode(number, sums)
        guard var arrival = sums.pointee.takeNext() else { break }
        owner = arrival.owner.take()
        // Handed over, not copied: an operation may write in a cotangent that nothing else holds.
        pass.go(to: arrival.node, arrival.cotangent)
      }
      // Users that no gradient reached hold nothing back any more.
      afterNode(0, sums)
    }
    return Gradients(sums.finished, intermediates: sums.intermediates)
  }

  /// Passes the gradient through one node.
  @inline(__always)
  private func step(_ pass: inout BackwardPass, _ sums: UnsafeMutablePointer<GradientSums>) {
    let node = pass.node
    if node.isVariable || keepsIntermediates { sums.pointee.finish(node.number, pass.cotangent) }
    if node.isVariable { return }
    if keepsIntermediates { sums.pointee.intermediates?.insert(node.number) }
    node._withUnsafeGuaranteedRef { $0.passBack(&pass) }
    pass.dropCotangent()
  }

  /// Frees a node that only the walk owns, and becomes the owner of what it was computed from.
  @inline(__always)
  private func letGo(
    of owner: inout Node?, _ held: inout [Node], _ sums: UnsafeMutablePointer<GradientSums>
  ) {
    guard isKnownUniquelyReferenced(&owner) else {
      held.append(owner.take()!)
      return
    }
    // The node must live while its memory is looked at, which the compiler does not see.
    withExtendedLifetime(owner) {
      let memory = owner.unsafelyUnwrapped.memory
      for index in 0..<Int(memory.inputCount) {
        guard let input = memory.slots[index].node.take(), !input.isVariable else { continue }
        sums.pointee.hand(over: input)
      }
    }
    owner = nil
  }
}
