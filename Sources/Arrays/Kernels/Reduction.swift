import CBackpropKernels

/// Sums, products and extremes along axes, into memory that the caller gives.
package enum Reduction {
  /// How many elements of one long row are reduced as one piece; fixed, so that a sum has the same
  /// bits on any number of threads.
  private static let pieceLength = 65_536

  /// result = op over the axes of `array` for which `isReduced`, in the order of those that are left.
  package static func run(
    _ op: bp_reduction, _ array: NDArray, _ isReduced: [Bool], into result: NDArray
  ) {
    // Reduced axes in front of all others are a sum of rows; behind all others, a sum within rows.
    // Anything else is brought to the second form by a transpose.
    let reducedFront = isReduced.prefix { $0 }.count
    if array.isContiguous, reducedFront > 0, !isReduced.dropFirst(reducedFront).contains(true),
      reducedFront < array.rank, result.count > 1, array.scalarType.isFloatingPoint
    {
      return sumOfRows(op, array.storage, columns: result.count, result.storage)
    }
    let order =
      isReduced.indices.filter { !isReduced[$0] } + isReduced.indices.filter { isReduced[$0] }
    let rows = array.transposed(Array(order)).contiguous().storage
    let length = result.count == 0 ? 0 : array.count / result.count
    switch array.scalarType {
    case .float32:
      let base = UnsafePointer(rows.base.assumingMemoryBound(to: Float.self))
      let out = result.storage.base.assumingMemoryBound(to: Float.self)
      forEachRow(result.count, length) { out[$0] = reduce(op, base + $0 * length, length) }
    case .float64:
      let base = UnsafePointer(rows.base.assumingMemoryBound(to: Double.self))
      let out = result.storage.base.assumingMemoryBound(to: Double.self)
      forEachRow(result.count, length) { out[$0] = reduce(op, base + $0 * length, length) }
    case .int32: wholeNumbers(op, rows, length, result.storage, Int32.self)
    case .int64: wholeNumbers(op, rows, length, result.storage, Int64.self)
    case .uint8, .bool: wholeNumbers(op, rows, length, result.storage, UInt8.self)
    }
  }

  private static func forEachRow(_ rows: Int, _ length: Int, _ body: (Int) -> Void) {
    let grain = max(1, Parallel.elementGrain / max(1, length))
    Parallel.forEachRange(of: rows, grain: grain) { for row in $0 { body(row) } }
  }

  private static func sumOfRows(
    _ op: bp_reduction, _ array: Storage, columns: Int, _ result: Storage
  ) {
    let rows = array.elementCount / columns
    // Split by columns, which leaves the order of every sum as it is.
    let grain = max(16, Parallel.elementGrain / max(1, rows))
    Parallel.forEachRange(of: columns, grain: grain) { range in
      if array.scalarType == .float32 {
        bp_reduce_rows_f32(
          op, rows, range.count, array.base.assumingMemoryBound(to: Float.self) + range.lowerBound,
          columns, result.base.assumingMemoryBound(to: Float.self) + range.lowerBound)
      } else {
        bp_reduce_rows_f64(
          op, rows, range.count, array.base.assumingMemoryBound(to: Double.self) + range.lowerBound,
          columns, result.base.assumingMemoryBound(to: Double.self) + range.lowerBound)
      }
    }
  }

  private static func reduce(_ op: bp_reduction, _ x: UnsafePointer<Float>, _ n: Int) -> Float {
    if n <= 2 * pieceLength { return bp_reduce_f32(op, n, x, 1) }
    let partial = pieces(of: n) { bp_reduce_f32(op, $0.count, x + $0.lowerBound, 1) }
    return bp_reduce_f32(op, partial.count, partial, 1)
  }

  private static func reduce(_ op: bp_reduction, _ x: UnsafePointer<Double>, _ n: Int) -> Double {
    if n <= 2 * pieceLength { return bp_reduce_f64(op, n, x, 1) }
    let partial = pieces(of: n) { bp_reduce_f64(op, $0.count, x + $0.lowerBound, 1) }
    return bp_reduce_f64(op, partial.count, partial, 1)
  }

  private static func pieces<S>(of n: Int, _ body: (Range<Int>) -> S) -> [S] {
    let count = (n + pieceLength - 1) / pieceLength
    return [S](unsafeUninitializedCapacity: count) { buffer, initialized in
      let base = buffer.baseAddress!
      Parallel.forEach(count) { piece in
        let start = piece * pieceLength
        (base + piece).initialize(to: body(start..<min(start + pieceLength, n)))
      }
      initialized = count
    }
  }

  private static func wholeNumbers<I: FixedWidthInteger>(
    _ op: bp_reduction, _ rows: Storage, _ length: Int, _ result: Storage, _ type: I.Type
  ) {
    let base = rows.base.assumingMemoryBound(to: type)
    let out = result.base.assumingMemoryBound(to: type)
    for row in 0..<result.elementCount {
      let x = UnsafeBufferPointer(start: base + row * length, count: length)
      switch op {
      case BP_SUM: out[row] = x.reduce(0, &+)
      case BP_PRODUCT: out[row] = x.reduce(1, &*)
      case BP_MAX: out[row] = x.max() ?? I.min
      default: out[row] = x.min() ?? I.max
      }
    }
  }

  /// The positions of the extremes within the last axis of a contiguous array.
  static func positions(_ op: bp_reduction, _ rows: NDArray, into result: NDArray) {
    let length = rows.shape[rows.rank - 1]
    let out = result.storage.base.assumingMemoryBound(to: Int64.self)
    let source = rows.storage
    switch source.scalarType {
    case .float32:
      let base = UnsafePointer(source.base.assumingMemoryBound(to: Float.self))
      for row in 0..<result.count {
        let x = base + row * length
        out[row] = Int64(op == BP_MAX ? bp_argmax_f32(length, x, 1) : bp_argmin_f32(length, x, 1))
      }
    case .float64:
      let base = UnsafePointer(source.base.assumingMemoryBound(to: Double.self))
      for row in 0..<result.count {
        let x = base + row * length
        out[row] = Int64(op == BP_MAX ? bp_argmax_f64(length, x, 1) : bp_argmin_f64(length, x, 1))
      }
    case .int32: wholePositions(op, source, length, out, result.count, Int32.self)
    case .int64: wholePositions(op, source, length, out, result.count, Int64.self)
    case .uint8, .bool: wholePositions(op, source, length, out, result.count, UInt8.self)
    }
  }

  private static func wholePositions<I: FixedWidthInteger>(
    _ op: bp_reduction, _ source: Storage, _ length: Int, _ out: UnsafeMutablePointer<Int64>,
    _ rows: Int, _ type: I.Type
  ) {
    let base = source.base.assumingMemoryBound(to: type)
    for row in 0..<rows {
      let x = base + row * length
      var best = 0
      for i in 1..<max(length, 1) where op == BP_MAX ? x[i] > x[best] : x[i] < x[best] { best = i }
      out[row] = Int64(best)
    }
  }
}
