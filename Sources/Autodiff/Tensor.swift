import BackpropArrays

/// An n-dimensional array of numbers that remembers how it was computed, when a gradient will be
/// asked for.
///
/// Computing with tensors is computing with arrays: the same broadcasting, the same functions. An
/// operation on a tensor that requires a gradient (see ``requiringGradient(named:)``) also records
/// itself in a graph, and ``backward(from:recordingGraph:keepingIntermediates:whenComplete:)`` walks
/// that graph from a result back to everything it depends on.
///
/// ```swift
/// let x = Tensor([3.0, 4.0]).requiringGradient()
/// let y = (x * x).sum()
/// y.backward()[x]                // [6. 8.]
/// ```
///
/// An operation on tensors that do not fit traps, with its name, the shapes and a hint: if shapes do
/// not broadcast, types differ (none is ever converted silently), an axis is not there, a function of
/// fractions is given whole numbers, or a number beside a tensor, which takes its type, cannot be
/// held by it. On shapes alone, the error travels on instead; see ``init(shapeOnly:)``.
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
  ///
  /// Traps if this tensor has only a shape, see ``isShapeOnly``; so does all else that looks at
  /// numbers.
  public var array: NDArray {
    if storage.isShapeOnly { return settledArray() }
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
  /// The only element, as a `Double`. Traps unless the tensor holds exactly one.
  public var item: Double { array.item }
  /// The elements in row-major order, as `Double`.
  public var doubles: [Double] { array.doubles }
  /// The elements in row-major order. Traps if `S` is not the tensor's own type; but those of
  /// `float16` and `bfloat16` are also read as `Float` and `Double`, which hold them exactly.
  public func scalars<S: Scalar>(as type: S.Type = S.self) -> [S] { array.scalars(as: type) }

  /// Whether a gradient with respect to this tensor can be asked for, of it or of what it was
  /// computed from.
  public var requiresGradient: Bool { node != nil }

  /// These numbers as the start of a graph: gradients with respect to this tensor can be asked for.
  ///
  /// Traps if the numbers are whole, which have no derivative, or are stored and not computed with.
  ///
  /// - Parameter name: what drawings of the graph call it.
  public func requiringGradient(named name: String? = nil) -> Tensor {
    guard scalarType.isDifferentiable else {
      fatalError(
        "requiringGradient: the numbers are \(scalarType), which carry no gradient; "
          + "convert first, with cast(to: .float32)")
    }
    return Tensor(array: array, node: Node.variable(named: name, type, array))
  }

  /// The same numbers as a constant: no gradient flows through.
  public var detached: Tensor { Tensor(array: NDArray(storage: storage), node: nil) }

  /// Whether nothing else holds the memory of the numbers, which is then contiguous.
  @inline(__always)
  mutating func hasOwnMemory() -> Bool {
    storage.ownsMemory && isKnownUniquelyReferenced(&storage)
  }
}

// MARK: - Questions

extension Tensor {
  /// Whether every element is finite: neither infinite nor NaN. Whole numbers always are. Which ones
  /// are is ``isFinite()``.
  public var allFinite: Bool { array.isFinite }
  /// Whether two tensors of one shape hold the same numbers but for rounding:
  /// |a − b| ≤ absoluteTolerance + relativeTolerance · |b| for every element. NumPy's `allclose`,
  /// without broadcasting. A NaN is close to nothing.
  ///
  /// - Parameters:
  ///   - other: b of the formula.
  ///   - relativeTolerance: how far apart the numbers may be, as a part of |b|.
  ///   - absoluteTolerance: how far apart they may be besides.
  public func isClose(
    to other: Tensor, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8
  ) -> Bool {
    array.isClose(
      to: other.array, relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance)
  }
}

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// As NumPy's `print` shows an array.
  public var description: String { array.description }
  /// As NumPy's `repr` shows an array, with its type.
  public var debugDescription: String { array.debugDescription }
}
