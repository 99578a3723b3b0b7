import Arrays

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

  /// The shapes, for an error's text.
  var shapes: [Shape] { map(\.shape) }

  @inline(__always)
  var requiresGradient: Bool {
    for index in 0..<count where base.unsafelyUnwrapped[index].node != nil { return true }
    return false
  }
}
