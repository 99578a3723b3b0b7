import BackpropArrays

/// One computation of an operation's result, as the operation sees it.
public struct ForwardPass: ~Copyable {
  /// What the operation is applied to.
  public let inputs: Inputs
  private let memory: OperationMemory?
  private var savedCount = 0
  // Whoever runs the operation holds it meanwhile.
  private var result: Unmanaged<Storage>?

  @inline(__always)
  init(_ inputs: Inputs, saved memory: OperationMemory?) {
    self.inputs = inputs
    self.memory = memory
  }

  /// Whether a gradient may be asked for, so that it is worth saving something for it.
  @inline(__always)
  public var isRecorded: Bool { memory != nil }

  /// The array of input `index`.
  @inline(__always)
  public func input(_ index: Int) -> NDArray { NDArray(storage: inputs[index].storage) }

  /// Saves an array for the gradient, which finds it as `saved(0)`, `saved(1)`, … in this order.
  /// Nothing happens where no gradient will be asked for.
  ///
  /// Traps if more arrays are saved than the operation's ``TensorOperation/savedCount``.
  public mutating func save(_ array: consuming NDArray) {
    guard let memory else { return }
    guard savedCount < memory.savedCount else {
      fatalError(
        "ForwardPass: array \(savedCount + 1) is saved by an operation whose savedCount is "
          + "\(memory.savedCount)")
    }
    memory.saved[savedCount].storage = array.storage
    savedCount += 1
  }

  /// Lends where a ``KernelOperation`` writes its result to `body`: contiguous, of the result's type,
  /// and not counted.
  @inline(__always)
  func withOutput<R>(_ body: (NDArray) -> R) -> R {
    guard let result else { fatalError("ForwardPass: only a KernelOperation is given memory") }
    return result._withUnsafeGuaranteedRef { body(NDArray(storage: $0)) }
  }

  /// Lends the memory for the result to `body`, as numbers of the result's type in row-major order.
  ///
  /// ```swift
  /// pass.withOutput(as: Float.self) { out in for i in out.indices { out[i] = … } }
  /// ```
  ///
  /// Traps if `S` is not the type of the result, or the operation is no ``KernelOperation``.
  public func withOutput<S: Scalar, R>(
    as type: S.Type, _ body: (UnsafeMutableBufferPointer<S>) throws -> R
  ) rethrows -> R {
    let (base, count, scalarType) = withOutput {
      ($0.storage.base, $0.storage.elementCount, $0.storage.scalarType)
    }
    guard scalarType == S.scalarType else {
      fatalError("ForwardPass: the result is \(scalarType) and was asked for as \(S.scalarType)")
    }
    return try body(
      UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: S.self), count: count))
  }

  @inline(__always)
  fileprivate mutating func setOutput(_ array: borrowing NDArray) {
    result = .passUnretained(array.storage)
  }
}

/// An operation that computes into memory it is given.
///
/// Whoever runs the operation decides where its result lies.
public protocol KernelOperation: TensorOperation {
  /// Computes the result from `pass.inputs` and writes all of it to the output.
  func compute(_ pass: inout ForwardPass)
}

extension KernelOperation {
  @inline(__always)
  public func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    try compute(inMemoryFor: &pass)
  }

  /// Computes into new memory of the result's type.
  @inline(__always)
  func compute(inMemoryFor pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let output = NDArray(uninitialized: type.shape, type.scalarType)
    pass.setOutput(output)
    compute(&pass)
    return output
  }
}
