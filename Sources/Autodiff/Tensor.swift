import BackpropArrays

/// An n-dimensional array of numbers that remembers how it was computed, when a gradient will be
/// asked for.
///
/// Computing with tensors is computing with arrays: the same broadcasting, the same functions. An
/// operation on a tensor that requires a gradient (see ``requiringGradient(named:)``) also records
/// itself in a graph, and ``backward(from:recordingGraph:keepingIntermediates:)`` walks that graph
/// from a result back to everything it depends on.
///
/// ```swift
/// let x = Tensor([3.0, 4.0]).requiringGradient()
/// let y = (x * x).sum()
/// y.backward()[x]                // [6. 8.]
/// ```
///
/// A tensor is a value: nothing that happens to a copy shows in the original, and tensors may be
/// sent between tasks.
// Let go of after its last use rather than at the end of its scope, as an array of Swift's is: in
// `optimizer.update(using: loss.backward())`, the loss then no longer holds the weights when they
// are changed, and they are changed in place.
@_eagerMove
public struct Tensor: Sendable {
  package private(set) var storage: Storage
  /// How the numbers came about; `nil` for a constant.
  package var node: Node?

  @inline(__always)
  package init(array: consuming NDArray, node: consuming Node?) {
    storage = array.storage
    self.node = node
  }

  /// The numbers.
  public var array: NDArray {
    if storage.isShapeOnly { trapWithoutNumbers() }
    return NDArray(storage: storage)
  }

  /// The lengths of the axes.
  public var shape: Shape { storage.shape }
  /// The type of the numbers.
  public var scalarType: ScalarType { storage.scalarType }
  /// The number of axes.
  public var rank: Int { storage.shape.rank }
  /// The number of elements.
  public var count: Int { storage.elementCount }
  /// The only element of a tensor that holds one, as a `Double`.
  public var item: Double { array.item }
  /// The elements in row-major order, as `Double`.
  public var doubles: [Double] { array.doubles }
  /// The elements in row-major order. `S` must be the tensor's own type.
  public func scalars<S: Scalar>(as type: S.Type = S.self) -> [S] { array.scalars(as: type) }

  /// Whether a gradient by this tensor can be asked for, of it or of what it was computed from.
  public var requiresGradient: Bool { node != nil }

  /// These numbers as the start of a graph: gradients by this tensor can be asked for.
  ///
  /// - Parameter name: what drawings of the graph call it.
  public func requiringGradient(named name: String? = nil) -> Tensor {
    guard scalarType.isFloatingPoint else {
      fatalError(
        "requiringGradient: the numbers are \(scalarType), which have no derivative; "
          + "convert first, with cast(to: .float32)")
    }
    return Tensor(array: array, node: Node(variable: name, type, array))
  }

  /// The same numbers as a constant: no gradient flows through.
  public var detached: Tensor { Tensor(array: NDArray(storage: storage), node: nil) }

  /// Whether nothing else holds the memory of the numbers, which is then contiguous.
  @inline(__always)
  mutating func hasOwnMemory() -> Bool {
    storage.ownsMemory && isKnownUniquelyReferenced(&storage)
  }
}

// MARK: - Creation

extension Tensor {
  /// The constant tensor of an array.
  public init(_ array: NDArray) { self.init(array: array, node: nil) }
  /// The tensor of `shape` with these elements in row-major order.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S], shape: Shape) { self.init(NDArray(scalars, shape: shape)) }
  /// A vector.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S]) { self.init(NDArray(scalars)) }
  /// A matrix from its rows, which must be equally long.
  @_disfavoredOverload
  public init<S: Scalar>(_ rows: [[S]]) { self.init(NDArray(rows)) }
  /// The tensor of `shape` of `float32`, the type for numbers written without one.
  public init(_ scalars: [Float], shape: Shape) { self.init(NDArray(scalars, shape: shape)) }
  /// A vector of `float32`, the type for numbers written without one.
  public init(_ scalars: [Float]) { self.init(NDArray(scalars)) }
  /// A matrix of `float32` from its rows, which must be equally long.
  public init(_ rows: [[Float]]) { self.init(NDArray(rows)) }
  /// A single number, as a tensor of shape `[]`.
  public init(_ value: Double, _ scalarType: ScalarType = .float32) {
    self.init(NDArray(scalar: value, scalarType))
  }
  /// The tensor of `shape` in which every element is `value`.
  public init(repeating value: Double, shape: Shape, _ scalarType: ScalarType = .float32) {
    self.init(NDArray(repeating: value, shape: shape, scalarType))
  }
  /// Zeros.
  public static func zeros(_ shape: Shape, _ scalarType: ScalarType = .float32) -> Tensor {
    Tensor(NDArray.zeros(shape, scalarType))
  }
  /// Ones.
  public static func ones(_ shape: Shape, _ scalarType: ScalarType = .float32) -> Tensor {
    Tensor(NDArray.ones(shape, scalarType))
  }
  /// The numbers `start`, `start + step`, … before `end`: NumPy's `arange`.
  public static func range(
    from start: Double, to end: Double, by step: Double = 1, _ scalarType: ScalarType = .float32
  ) -> Tensor {
    Tensor(NDArray.range(from: start, to: end, by: step, scalarType))
  }
  /// `count` numbers evenly spaced from `start` to `end`: NumPy's `linspace`.
  public static func linearSpace(
    from start: Double, to end: Double, count: Int, _ scalarType: ScalarType = .float32
  ) -> Tensor {
    Tensor(NDArray.linearSpace(from: start, to: end, count: count, scalarType))
  }
}

// MARK: - What has no gradient

extension Tensor {
  /// The same numbers as another type. No gradient flows through.
  public func cast(to scalarType: ScalarType) -> Tensor { Tensor(array.cast(to: scalarType)) }
  /// The position of the largest element along `axis`, as `int64`.
  public func argmax(axis: Int) -> Tensor { Tensor(array.argmax(axis: axis)) }
  /// The position of the largest element, in row-major order, as `int64`.
  public func argmax() -> Tensor { Tensor(array.argmax()) }
  /// Whether every element is finite.
  public var isFinite: Bool { array.isFinite }
  /// Whether two tensors of one shape hold the same numbers but for rounding; see `NDArray`'s.
  public func isClose(
    to other: Tensor, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8
  ) -> Bool {
    array.isClose(
      to: other.array, relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance)
  }
  /// For whole numbers i in 0..<`classes`: a vector of zeros with a 1 at i, along a new last axis.
  public func oneHot(classes: Int, _ scalarType: ScalarType = .float32) -> Tensor {
    Tensor(array.oneHot(classes: classes, scalarType))
  }
  /// 1 where x > 0, else 0. Its derivative is zero wherever it has one, so none is recorded.
  public func step() -> Tensor { Tensor(array.step()) }

  /// Where both are equal, element by element; the result is `bool`.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { Tensor(a.array .== b.array) }
  /// Where the left side is smaller.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { Tensor(a.array .< b.array) }
  /// Where the left side is larger.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { Tensor(a.array .> b.array) }
  /// Where the elements equal a number.
  public static func .== (a: Tensor, b: Double) -> Tensor { Tensor(a.array .== b) }
  /// Where the elements are smaller than a number.
  public static func .< (a: Tensor, b: Double) -> Tensor { Tensor(a.array .< b) }
  /// Where the elements are at most a number.
  public static func .<= (a: Tensor, b: Double) -> Tensor { Tensor(a.array .<= b) }
  /// Where the elements are larger than a number.
  public static func .> (a: Tensor, b: Double) -> Tensor { Tensor(a.array .> b) }
  /// Where the elements are at least a number.
  public static func .>= (a: Tensor, b: Double) -> Tensor { Tensor(a.array .>= b) }
}

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// As NumPy's `print` shows an array.
  public var description: String { array.description }
  /// As NumPy's `repr` shows an array, with its type.
  public var debugDescription: String { array.debugDescription }
}
