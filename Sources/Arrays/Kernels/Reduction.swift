import CBackpropKernels

/// Sums, products and extremes along axes, into memory that the caller gives.
package enum Reduction {
  /// How many elements of one long row are reduced as one piece; fixed, so that a sum has the same
  /// bits on any number of threads.
  private static let pieceLength = 65_536

  /// result = op over the axes of `array` for which `isReduced`, in the order of those that are
  /// left.
  package static func run(
    _ op: bp_reduction, _ array: NDArray, _ isReduced: [Bool], into result: NDArray
  ) {
    // Reduced axes in front of all others are a sum of rows; behind all others, a sum within rows.
    // Anything else is brought to the second form by a transpose.
    let reducedFront = isReduced.prefix { $0 }.count
    guard let reduce = bp_reduction_loop(array.scalarType.code, op) else {
      ShapeError.noKernel("reduction", [array.shape], array.scalarType).trap()
    }
    if array.isContiguous, reducedFront > 0, !isReduced.dropFirst(reducedFront).contains(true),
      reducedFront < array.rank, result.count > 1
    {
      return acrossRows(op, array.storage, columns: result.count, result.storage)
    }
    let order =
      isReduced.indices.filter { !isReduced[$0] } + isReduced.indices.filter { isReduced[$0] }
    let rows = array.transposed(Array(order)).contiguous().storage
    let out = result.storage
    let length = out.elementCount == 0 ? 0 : array.count / out.elementCount
    let size = array.scalarType.size
    let grain = max(1, Parallel.elementGrain / max(1, length))
    Parallel.forEachRange(of: out.elementCount, grain: grain) { range in
      for row in range {
        withinRow(reduce, rows.base + row * length * size, length, size, out.base + row * size)
      }
    }
  }

  private static func acrossRows(
    _ op: bp_reduction, _ array: Storage, columns: Int, _ result: Storage
  ) {
    let rows = array.elementCount / columns
    let (reduceRows, size) = (array.scalarType.kernels.pointee.reduce_rows, array.scalarType.size)
    // Split by columns, which leaves the order of every sum as it is.
    let grain = max(16, Parallel.elementGrain / max(1, rows))
    Parallel.forEachRange(of: columns, grain: grain) { range in
      let offset = range.lowerBound * size
      reduceRows(op, rows, range.count, array.base + offset, columns, result.base + offset)
    }
  }

  private static func withinRow(
    _ reduce: bp_reduce_function, _ x: UnsafeRawPointer, _ n: Int, _ size: Int,
    _ out: UnsafeMutableRawPointer
  ) {
    if n <= 2 * pieceLength { return reduce(n, x, 1, out) }
    let pieces = (n + pieceLength - 1) / pieceLength
    withUnsafeTemporaryAllocation(byteCount: pieces * size, alignment: size) { partial in
      let partial = partial.baseAddress!
      Parallel.forEach(pieces) { piece in
        let start = piece * pieceLength
        reduce(min(pieceLength, n - start), x + start * size, 1, partial + piece * size)
      }
      reduce(pieces, partial, 1, out)
    }
  }

  /// The positions of the extremes within the last axis of a contiguous array.
  package static func positions(_ op: bp_reduction, _ rows: NDArray, into result: NDArray) {
    let length = rows.shape[rows.rank - 1]
    let out = result.storage.base.assumingMemoryBound(to: Int64.self)
    let (source, size) = (rows.storage, rows.scalarType.size)
    let kernels = rows.scalarType.kernels
    let position = op == BP_MAX ? kernels.pointee.argmax : kernels.pointee.argmin
    let grain = max(1, Parallel.elementGrain / max(1, length))
    Parallel.forEachRange(of: result.count, grain: grain) { range in
      for row in range {
        out[row] = Int64(position(length, source.base + row * length * size, 1))
      }
    }
  }
}

extension NDArray {
  /// The sum along `axis`, which disappears: the gradient with respect to a bias.
  package func sum(axis: Int) -> NDArray {
    do throws(ShapeError) {
      let isReduced = try shape.reduced("sum", [axis]).isReduced
      let result = NDArray(uninitialized: shape.removing { isReduced[$0] }, scalarType)
      Reduction.run(BP_SUM, self, isReduced, into: result)
      return result
    } catch { error.trap() }
  }
}
