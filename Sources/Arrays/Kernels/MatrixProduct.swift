import CBackpropKernels

/// What is done to a matrix product before it is written: the kernel adds the bias and applies the
/// activation while the numbers are still in registers or cache.
@usableFromInline
package struct ProductEpilogue {
  @usableFromInline var bias: NDArray?
  @usableFromInline var activation: bp_activation

  @inlinable
  package init(bias: NDArray? = nil, activation: bp_activation = BP_IDENTITY_ACTIVATION) {
    self.bias = bias
    self.activation = activation
  }
}

extension NDArray {
  /// The shape rule of the matrix product, for sides taken transposed or as they are:
  /// `(m, k) · (k, n) -> (m, n)`; a vector on the left counts as one row and on the right as one
  /// column, and that axis disappears from the result; axes in front of the last two are batches,
  /// which broadcast. The rules of NumPy's `matmul`.
  package static func productShape(
    _ operation: String, _ a: NDArray, _ b: NDArray, transposesLeft: Bool = false,
    transposesRight: Bool = false
  ) throws(ShapeError) -> Shape {
    guard a.scalarType == b.scalarType else {
      throw ShapeError(
        operation, [a.shape, b.shape],
        "the left side is \(a.scalarType) and the right side \(b.scalarType)",
        hint: "convert one side, with cast(to: .\(a.scalarType))")
    }
    _ = try a.scalarType.kernels.pointee.product.orNoKernel(
      operation, [a.shape, b.shape], a.scalarType)
    if a.rank == 2, b.rank == 2 {
      let (left, right) = (a.storage, b.storage)
      if left.shape.extents[transposesLeft ? 0 : 1] == right.shape.extents[transposesRight ? 1 : 0]
      {
        var lengths = Extents()
        lengths[0] = left.shape.extents[transposesLeft ? 1 : 0]
        lengths[1] = right.shape.extents[transposesRight ? 0 : 1]
        return Shape(extents: lengths, rank: 2)
      }
    }
    if transposesLeft || transposesRight {
      return try productShape(
        operation, transposesLeft ? a.matrixTransposed : a,
        transposesRight ? b.matrixTransposed : b)
    }
    guard a.rank > 0, b.rank > 0 else {
      throw ShapeError(
        operation, [a.shape, b.shape], "a single number has no rows or columns",
        hint: "multiply by a number with *")
    }
    let inner = a.shape[a.rank - 1]
    let rows = b.shape[b.rank == 1 ? 0 : b.rank - 2]
    guard inner == rows else {
      var hint: String?
      if b.rank >= 2, b.shape[b.rank - 1] == inner {
        hint = "did you mean to transpose the right side?"
      } else if a.rank >= 2, a.shape[a.rank - 2] == rows {
        hint = "did you mean to transpose the left side?"
      }
      throw ShapeError(
        operation, [a.shape, b.shape],
        "the left side has rows of \(inner) and the right side columns of \(rows); they must agree",
        hint: hint)
    }
    let batchesA = Shape(a.shape.prefix(Swift.max(0, a.rank - 2)))
    let batchesB = Shape(b.shape.prefix(Swift.max(0, b.rank - 2)))
    guard let batches = Shape.broadcast(batchesA, batchesB) else {
      throw ShapeError.broadcast(operation + " (batches)", batchesA, batchesB)
    }
    var lengths = Array(batches)
    if a.rank > 1 { lengths.append(a.shape[a.rank - 2]) }
    if b.rank > 1 { lengths.append(b.shape[b.rank - 1]) }
    return Shape(lengths)
  }

  /// result = a · b, then the epilogue; `result` is contiguous and of the right shape.
  package static func multiply(
    _ a: NDArray, _ b: NDArray, into result: NDArray, transposesLeft: Bool = false,
    transposesRight: Bool = false, _ epilogue: ProductEpilogue = .init()
  ) {
    if a.rank == 2, b.rank == 2 {
      return multiplyMatrices(
        a, b, result.storage.base, transposesLeft, transposesRight, epilogue)
    }
    if transposesLeft || transposesRight {
      return multiply(
        transposesLeft ? a.matrixTransposed : a, transposesRight ? b.matrixTransposed : b,
        into: result, epilogue)
    }
    let left = a.rank == 1 ? a.expandingDimension(at: 0) : a
    let right = b.rank == 1 ? b.expandingDimension(at: 1) : b
    if left.rank == 2, right.rank == 2 {
      return multiplyMatrices(left, right, result.storage.base, false, false, epilogue)
    }
    if right.rank == 2, left.isContiguous {
      // Batches that share the right side are rows of one tall matrix.
      let rows = left.shape.dropLast().reduce(1, *)
      return multiplyMatrices(
        left.reshaped(to: [rows, left.shape[left.rank - 1]]), right, result.storage.base, false,
        false, epilogue)
    }
    let (m, n) = (left.shape[left.rank - 2], right.shape[right.rank - 1])
    let k = left.shape[left.rank - 1]
    // Asked of the result: m · n alone may be more than can be counted where there are no batches.
    guard result.count > 0 else { return }
    let batches = Shape.broadcast(
      Shape(left.shape.dropLast(2)), Shape(right.shape.dropLast(2)))!
    let product = a.scalarType.kernels.pointee.product!
    let (x, y) = (BatchLayout(left, batches), BatchLayout(right, batches))
    let bias = epilogue.bias?.contiguous()
    let (out, size) = (result.storage.base, a.scalarType.size)
    func multiplyBatch(_ batch: Int) {
      product(
        x.matrix.isTransposed, y.matrix.isTransposed, m, n, k, x.start(of: batch),
        x.matrix.rowStride, y.start(of: batch), y.matrix.rowStride, out + batch * m * n * size, n,
        false, bias.map { UnsafeRawPointer($0.storage.base) }, epilogue.activation)
    }
    // Many products share the threads; of a few large ones, each is split over them.
    let (count, work) = (batches.elementCount, 2 * Double(m) * Double(n) * Double(k))
    if count >= 4 * Parallel.threadCount || work < 4e6 {
      let grain = Swift.max(1, Int(5e5 / Swift.max(work, 1)))
      Parallel.forEachRange(of: count, grain: grain) { range in
        for batch in range { multiplyBatch(batch) }
      }
    } else {
      for batch in 0..<count { multiplyBatch(batch) }
    }
    withExtendedLifetime((x, y, bias)) {}
  }

  private static func multiplyMatrices(
    _ a: NDArray, _ b: NDArray, _ out: UnsafeMutableRawPointer, _ transposesLeft: Bool,
    _ transposesRight: Bool, _ epilogue: ProductEpilogue
  ) {
    guard let left = MatrixLayout.of(a.storage, transposesLeft) else {
      return multiplyMatrices(
        a.contiguous(), b, out, transposesLeft, transposesRight, epilogue)
    }
    guard let right = MatrixLayout.of(b.storage, transposesRight) else {
      return multiplyMatrices(
        a, b.contiguous(), out, transposesLeft, transposesRight, epilogue)
    }
    if let bias = epilogue.bias, !bias.isContiguous {
      return multiplyMatrices(
        a, b, out, transposesLeft, transposesRight,
        .init(bias: bias.copy(), activation: epilogue.activation))
    }
    guard let product = a.scalarType.kernels.pointee.product else {
      ShapeError.noKernel("matmul", [a.shape, b.shape], a.scalarType).trap()
    }
    product(
      left.isTransposed, right.isTransposed, left.rows, right.columns, left.columns, left.base,
      left.rowStride, right.base, right.rowStride, out, right.columns, false,
      epilogue.bias.map { UnsafeRawPointer($0.storage.base) }, epilogue.activation)
  }
}

/// How the matrices of an array lie in memory that the last two axes make, with the axes in front of
/// them broadcast to `batches`.
struct BatchLayout {
  let matrix: MatrixLayout
  private let storage: Storage
  private let batches: ArrayLayout

  init(_ array: NDArray, _ batches: Shape) {
    let (rows, columns) = (array.shape[array.rank - 2], array.shape[array.rank - 1])
    func layout(of storage: Storage) -> MatrixLayout? {
      let strides = storage.strides
      return MatrixLayout.of(
        storage.base, rows, columns, strides[array.rank - 2], strides[array.rank - 1])
    }
    if let layout = layout(of: array.storage) {
      (matrix, storage) = (layout, array.storage)
    } else {
      storage = array.copy().storage
      matrix = layout(of: storage)!
    }
    var steps = Extents()
    let (strides, missing) = (storage.strides, batches.rank + 2 - array.rank)
    for axis in 0..<(array.rank - 2) where array.shape[axis] != 1 {
      steps[axis + missing] = strides[axis]
    }
    self.batches = ArrayLayout(shape: batches, strides: steps)
  }

  /// The first element of matrix `batch`.
  func start(of batch: Int) -> UnsafeMutableRawPointer {
    storage.base + batches.offset(ofElement: batch) &* storage.scalarType.size
  }
}

/// How a matrix lies in memory, in the terms of the kernel: rows apart by a stride, either as they
/// are or transposed.
struct MatrixLayout {
  let base: UnsafeMutableRawPointer
  let isTransposed: Bool
  let rowStride: Int
  let rows: Int
  let columns: Int

  /// The layout of a matrix, or of its transpose; `nil` if it lies in neither way and must be copied
  /// first. Not an initializer, which would count the reference to the storage up and down.
  @inline(__always)
  static func of(_ storage: Storage, _ transposes: Bool) -> MatrixLayout? {
    let (n, m) = (storage.shape.extents[0], storage.shape.extents[1])
    guard
      let (liesTransposed, rowStride) =
        storage.isContiguous ? (false, Swift.max(m, 1)) : ofView(storage)
    else { return nil }
    return MatrixLayout(
      base: storage.base, isTransposed: liesTransposed != transposes, rowStride: rowStride,
      rows: transposes ? m : n, columns: transposes ? n : m)
  }

  /// The layout of a matrix of these lengths and steps.
  static func of(
    _ base: UnsafeMutableRawPointer, _ rows: Int, _ columns: Int, _ rowStep: Int,
    _ columnStep: Int
  ) -> MatrixLayout? {
    guard let (isTransposed, rowStride) = ofView(rows, columns, rowStep, columnStep) else {
      return nil
    }
    return MatrixLayout(
      base: base, isTransposed: isTransposed, rowStride: rowStride, rows: rows, columns: columns)
  }

  private static func ofView(_ storage: Storage) -> (isTransposed: Bool, rowStride: Int)? {
    let (extents, strides) = (storage.shape.extents, storage.strides)
    return ofView(extents[0], extents[1], strides[0], strides[1])
  }

  /// Whether a view lies transposed, and how far apart its rows lie.
  private static func ofView(
    _ n: Int, _ m: Int, _ rowStep: Int, _ columnStep: Int
  ) -> (isTransposed: Bool, rowStride: Int)? {
    if (columnStep == 1 || m <= 1) && (rowStep >= m || n <= 1) {
      return (false, n <= 1 ? Swift.max(m, 1) : rowStep)
    }
    if (rowStep == 1 || n <= 1) && (columnStep >= n || m <= 1) {
      return (true, m <= 1 ? Swift.max(n, 1) : columnStep)
    }
    return nil
  }
}
