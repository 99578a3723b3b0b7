import BackpropArrays
import CBackpropRuntime

/// The memory in which an operation's inputs lie while it runs, and which its node takes over when
/// it is recorded: a slot for each input, one for the result, those for what the operation saves,
/// and the result's type.
///
/// One block from the thread's cache, so that recording an operation allocates nothing but its node.
struct OperationMemory {
  /// A tensor of which the numbers, the node or both are gone. It lies in memory as a `Tensor`
  /// does, since inputs are written as tensors and stay where they are.
  struct Slot {
    var storage: Storage?
    var node: Node?
  }

  private let base: UnsafeMutableRawPointer
  let inputCount: Int32
  let savedCount: Int32

  /// Memory for `inputCount` inputs, which the caller writes, and `savedCount` saved arrays.
  @inline(__always)
  init(inputCount: Int, savedCount: Int) {
    self.inputCount = Int32(truncatingIfNeeded: inputCount)
    self.savedCount = Int32(truncatingIfNeeded: savedCount)
    base = bp_allocate(Self.byteCount(inputCount &+ 1 &+ savedCount))
  }

  /// Memory with the same inputs.
  func copied() -> OperationMemory {
    let copy = OperationMemory(inputCount: Int(inputCount), savedCount: 0)
    copy.tensors.initialize(from: tensors, count: Int(inputCount))
    return copy
  }

  @inline(__always)
  private static func byteCount(_ slots: Int) -> Int {
    slots &* MemoryLayout<Slot>.stride &+ MemoryLayout<TensorType>.stride
  }

  @inline(__always)
  private var slotCount: Int { Int(inputCount) &+ 1 &+ Int(savedCount) }

  /// The inputs as they were written.
  @inline(__always)
  var tensors: UnsafeMutablePointer<Tensor> { base.assumingMemoryBound(to: Tensor.self) }
  /// The inputs, lent.
  @inline(__always)
  var inputs: Inputs { Inputs(tensors, count: Int(inputCount)) }
  /// All slots: inputs, result, saved.
  @inline(__always)
  var slots: UnsafeMutablePointer<Slot> { base.assumingMemoryBound(to: Slot.self) }
  /// The result's slot.
  @inline(__always)
  var output: UnsafeMutablePointer<Slot> { slots + Int(inputCount) }
  /// The slots for what the operation saves.
  @inline(__always)
  var saved: UnsafeMutablePointer<Slot> { slots + Int(inputCount) + 1 }
  /// The result's type.
  @inline(__always)
  var type: UnsafeMutablePointer<TensorType> {
    (base + slotCount &* MemoryLayout<Slot>.stride).assumingMemoryBound(to: TensorType.self)
  }

  /// Empties the saved slots, which the operation then fills.
  @inline(__always)
  func prepareToSave() {
    for index in 0..<Int(savedCount) { (saved + index).initialize(to: Slot()) }
  }

  /// Lets go of the inputs' numbers that the gradient does not need. A constant that is a single
  /// number stays: it is what a literal in a formula became, takes no room, and drawings show it.
  @inline(__always)
  func keep(_ needs: GradientNeeds) {
    for index in 0..<Int(inputCount) where !needs.contains(.input(index)) {
      let slot = slots + index
      if slot.pointee.node == nil, slot.pointee.storage.unsafelyUnwrapped.shape.rank == 0 {
        continue
      }
      slot.pointee.storage = nil
    }
  }

  /// Lets go of the inputs and gives the memory back, of an operation that was not recorded.
  @inline(__always)
  func free() {
    // One by one, which is done in place; all at once would ask the runtime to.
    for index in 0..<Int(inputCount) { (tensors + index).deinitialize(count: 1) }
    bp_deallocate(base, Self.byteCount(slotCount))
  }

  /// The same of one that was.
  @inline(__always)
  func freeRecorded() {
    for index in 0..<slotCount {
      // Most are empty, which is faster seen here than by the runtime.
      let slot = slots + index
      if slot.pointee.storage != nil { slot.pointee.storage = nil }
      if slot.pointee.node != nil { slot.pointee.node = nil }
    }
    bp_deallocate(base, Self.byteCount(slotCount))
  }
}
