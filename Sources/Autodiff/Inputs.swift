import BackpropArrays
import CBackpropRuntime

/// What an operation is applied to: any number of tensors, lent to it for the length of a call.
///
/// Like an `UnsafeBufferPointer`, a value of this type is not to be kept. Lending rather than
/// handing over matters here: counting references up and down for every look at an input cost more
/// than the arithmetic of a small layer.
public struct Inputs: RandomAccessCollection {
  private let base: UnsafePointer<Tensor>
  /// How many tensors.
  public let count: Int

  init(_ base: UnsafePointer<Tensor>, count: Int) {
    self.base = base
    self.count = count
  }

  /// No tensors.
  static var none: Inputs { Inputs(UnsafePointer(bitPattern: 64).unsafelyUnwrapped, count: 0) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  /// Input `index`.
  ///
  /// Traps if there is no such input.
  @inline(__always)
  public subscript(index: Int) -> Tensor {
    _read {
      guard index >= 0, index < count else {
        fatalError("Inputs: input \(index) of an operation on \(count)")
      }
      yield base[index]
    }
  }

  /// Whether a gradient with respect to input `index` may be asked for.
  @inline(__always)
  public func needsGradient(_ index: Int) -> Bool { self[index].node != nil }

  /// The shapes, for an error's text.
  public var shapes: [Shape] { map(\.shape) }

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
    try Unmanaged.passUnretained(self[index].storage)._withUnsafeGuaranteedRef { storage in
      Result { () throws(E) in try body(NDArray(storage: storage)) }
    }.get()
  }

  /// Whether any input has a node, and whether any has no numbers, or none yet.
  @inline(__always)
  var facts: (requiresGradient: Bool, isShapeOnly: Bool) {
    var facts = (requiresGradient: false, isShapeOnly: false)
    for index in 0..<count {
      if base[index].node != nil { facts.requiresGradient = true }
      if base[index].storage.isShapeOnly { facts.isShapeOnly = true }
    }
    return facts
  }
}

extension Inputs {
  /// Throws unless input `index` holds `float32` or `float64` numbers.
  @inline(__always)
  public func requireFloatingPoint(_ index: Int, _ operation: String) throws(ShapeError) {
    if !self[index].scalarType.isDifferentiable { throw notFloatingPoint(index, operation) }
  }

  private func notFloatingPoint(_ index: Int, _ operation: String) -> ShapeError {
    .notFloatingPoint(operation, shapes, self[index].scalarType)
  }

  /// Throws unless all inputs hold numbers of one type.
  public func requireOneType(_ operation: String) throws(ShapeError) {
    for index in 1..<Swift.max(count, 1) where self[index].scalarType != self[0].scalarType {
      throw ShapeError(
        operation, shapes,
        "the first is \(self[0].scalarType) and number \(index + 1) is \(self[index].scalarType)",
        hint: "convert one, with cast(to: .\(self[0].scalarType))")
    }
  }
}
