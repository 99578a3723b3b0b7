import BackpropArrays
import CBackpropRuntime

/// What an operation is applied to: a few tensors, lent to it for the length of a call.
///
/// Like an `UnsafeBufferPointer`, a value of this type is not to be kept. Lending rather than
/// handing over matters here: counting references up and down for every look at an input cost more
/// than the arithmetic of a small layer.
public struct Inputs: RandomAccessCollection {
  private let base: UnsafePointer<Tensor>?
  /// How many tensors.
  public let count: Int

  init(_ base: UnsafePointer<Tensor>?, count: Int) {
    self.base = base
    self.count = count
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  /// Input `index`.
  @inline(__always)
  public subscript(index: Int) -> Tensor {
    _read {
      guard index >= 0, index < count else {
        fatalError("Inputs: input \(index) of an operation on \(count)")
      }
      yield base.unsafelyUnwrapped[index]
    }
  }

  /// Lends the arrays of two inputs to `body` without counting references to them up and down:
  /// whoever lends the inputs holds them meanwhile.
  @inline(__always)
  func withArrays<R, E: Error>(
    _ first: Int, _ second: Int, _ body: (NDArray, NDArray) throws(E) -> R
  ) throws(E) -> R {
    try withArray(first) { a throws(E) in try withArray(second) { b throws(E) in try body(a, b) } }
  }

  /// Lends the array of an input to `body`, uncounted too.
  @inline(__always)
  func withArray<R, E: Error>(_ index: Int, _ body: (NDArray) throws(E) -> R) throws(E) -> R {
    try Unmanaged.passUnretained(self[index].array.storage)._withUnsafeGuaranteedRef { storage in
      Result { () throws(E) in try body(NDArray(storage: storage)) }
    }.get()
  }

  /// The shapes, for an error's text.
  var shapes: [Shape] { map(\.shape) }

  @inline(__always)
  var requiresGradient: Bool {
    for index in 0..<count where base.unsafelyUnwrapped[index].node != nil { return true }
    return false
  }
}

extension Inputs {
  /// Memory for `count` inputs, from the thread's cache of blocks.
  @inline(__always)
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Tensor> {
    bp_allocate(count &* MemoryLayout<Tensor>.stride).assumingMemoryBound(to: Tensor.self)
  }

  /// Memory with these inputs.
  static func allocate(copying tensors: [Tensor]) -> UnsafeMutablePointer<Tensor> {
    let memory = allocate(tensors.count)
    for (index, tensor) in tensors.enumerated() { (memory + index).initialize(to: tensor) }
    return memory
  }

  /// Lets go of the inputs and gives their memory back.
  @inline(__always)
  static func free(_ memory: UnsafeMutablePointer<Tensor>, count: Int) {
    // One by one, which is done in place; all at once would ask the runtime to.
    for index in 0..<count { (memory + index).deinitialize(count: 1) }
    bp_deallocate(memory, count &* MemoryLayout<Tensor>.stride)
  }
}
