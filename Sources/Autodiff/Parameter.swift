import BackpropArrays
import Synchronization

/// A tensor that training changes: a weight or a bias.
///
/// The parameter stays the same object while its value is replaced, so that an optimizer can keep
/// state for it and a gradient can be found by it. It may be read from any task; the value that a
/// reader gets never changes under it.
public final class Parameter: Sendable {
  private let node: Node
  /// The number of its node, by which its gradient is found.
  let number: UInt64
  private let current: SharedArray
  private let frozen = Atomic<Bool>(false)
  private let blocks = Mutex<Blocks?>(nil)
  /// Whether there are blocks: a look that costs nothing where there are none.
  private let hasBlocks = Atomic<Bool>(false)

  /// A parameter that starts as `array`.
  ///
  /// Traps unless its numbers are `float32` or `float64`: others carry no gradient.
  ///
  /// - Parameters:
  ///   - array: its first value.
  ///   - name: what drawings of the graph call it.
  public init(_ array: NDArray, named name: String? = nil) {
    guard array.scalarType.isDifferentiable else {
      fatalError("Parameter: \(array.scalarType) numbers carry no gradient; use float32")
    }
    current = SharedArray(array)
    // The node only marks where gradients end; it keeps no value, which would go stale.
    node = Node.variable(named: name, TensorType(array.shape, array.scalarType), nil)
    number = node.number
  }

  /// A parameter that starts as the numbers of `tensor`. Traps unless they are `float32` or `float64`.
  @_disfavoredOverload
  public convenience init(_ tensor: Tensor, named name: String? = nil) {
    self.init(tensor.array, named: name)
  }

  /// Blocks in the place of numbers.
  private struct Blocks {
    let matrix: QuantizedMatrix
    /// Whether the parameter's rows are those of the blocks, as in a table of vectors. The columns are
    /// in a linear layer.
    let isTable: Bool

    var shape: Shape { Self.shape(matrix, isTable: isTable) }
    var numbers: NDArray {
      isTable ? matrix.dequantized : matrix.dequantized.matrixTransposed
    }

    static func shape(_ matrix: QuantizedMatrix, isTable: Bool) -> Shape {
      isTable ? [matrix.outputs, matrix.inputs] : [matrix.inputs, matrix.outputs]
    }
  }

  /// A parameter in blocks: see ``quantize(to:isTable:)``.
  package convenience init(
    _ matrix: QuantizedMatrix, isTable: Bool = false, named name: String? = nil
  ) {
    let shape = Blocks.shape(matrix, isTable: isTable)
    self.init(NDArray(storage: Storage(shapeOnly: shape, .float32)), named: name)
    quantize(to: matrix, isTable: isTable)
  }

  /// The value now, as a constant array.
  ///
  /// Traps if a new value has another shape or type.
  public var array: NDArray {
    get {
      hasBlocks.load(ordering: .acquiring)
        ? blocks.withLock { $0 }?.numbers ?? current.withLock { $0 } : current.withLock { $0 }
    }
    set {
      defer {
        if hasBlocks.exchange(false, ordering: .acquiringAndReleasing) {
          blocks.withLock { $0 = nil }
        }
      }
      current.withLock { value in
        guard newValue.shape == value.shape, newValue.scalarType == value.scalarType else {
          ShapeError(
            "Parameter", [value.shape, newValue.shape],
            "a parameter keeps its shape and type (\(value.scalarType)); "
              + "the new value is \(newValue.scalarType)"
          ).trap()
        }
        value = newValue
      }
    }
  }

  /// The value now, as a tensor by which gradients can be asked for; a constant inside
  /// `withoutGradient { }`, and when the parameter is not trainable.
  public var tensor: Tensor {
    if hasBlocks.load(ordering: .acquiring) { return Tensor(array: array, node: nil) }
    return Tensor(
      array: current.withLock { $0 },
      node: Recording.ofThisThread.isEnabled && isTrainable ? node : nil)
  }

  /// Whether training changes the parameter; `true` at first.
  ///
  /// One that is frozen is a constant in all that is computed from then on: no gradient by it is
  /// worked out, and none by what it alone leads back to. Anyone who holds the parameter sees the
  /// change.
  public var isTrainable: Bool {
    get { !frozen.load(ordering: .relaxed) }
    set {
      if newValue, let quantized {
        fatalError(
          "Parameter: weights in blocks (\(quantized.format.rawValue)) are not trained; load the "
            + "model without quantizing it")
      }
      frozen.store(!newValue, ordering: .relaxed)
    }
  }

  /// The weights of a linear layer, or the vectors of a table, in blocks of whole numbers, where they
  /// were put so; `nil` for numbers. ``array`` is then what the blocks stand for, worked out each time
  /// that it is asked for.
  public var quantized: QuantizedMatrix? {
    hasBlocks.load(ordering: .acquiring) ? blocks.withLock { $0?.matrix } : nil
  }

  /// Puts blocks in the place of the numbers, which are let go of; the parameter is not trained any
  /// more. A new ``array`` takes the place of the blocks.
  ///
  /// Traps unless the parameter is a `float32` matrix of the blocks' shape. Nobody may compute with the
  /// parameter meanwhile.
  ///
  /// - Parameters:
  ///   - matrix: the blocks, of shape (outputs, inputs).
  ///   - isTable: whether the parameter is of that shape, a table of vectors, and not of (inputs,
  ///     outputs), the weight of a linear layer.
  package func quantize(to matrix: QuantizedMatrix, isTable: Bool = false) {
    let blocks = Blocks(matrix: matrix, isTable: isTable)
    guard scalarType == .float32, shape == blocks.shape else {
      ShapeError(
        "Parameter.quantize", [shape, blocks.shape],
        "blocks stand for a float32 matrix of their shape"
      ).trap()
    }
    frozen.store(true, ordering: .relaxed)
    self.blocks.withLock { $0 = blocks }
    current.withLock { $0 = NDArray(storage: Storage(shapeOnly: $0.shape, .float32)) }
    hasBlocks.store(true, ordering: .releasing)
  }

  /// The lengths of the axes.
  public var shape: Shape { current.withLock { $0.shape } }
  /// The number of axes.
  public var rank: Int { shape.rank }
  /// The type of the numbers.
  public var scalarType: ScalarType { current.withLock { $0.scalarType } }
  /// The number of numbers.
  public var count: Int { shape.elementCount }

  /// Changes the value in place, for an optimizer: copies only if a graph or a reader holds it.
  package func update(_ body: (inout NDArray) -> Void) {
    if quantized != nil { fatalError("Parameter: weights in blocks are not trained") }
    current.withLock { body(&$0) }
  }
}
