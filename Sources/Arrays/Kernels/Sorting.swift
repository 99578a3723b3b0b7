import CBackpropKernels

/// Sorting along an axis and searching what is sorted, into memory that the caller gives.
package enum Sorting {
  /// result = the positions of the elements along `axis` in rising order, or falling, of `int64`. Equal
  /// ones stay in their order; NaN counts as largest.
  package static func positions(
    _ array: NDArray, axis: Int, isDescending: Bool, into result: NDArray
  ) {
    guard array.count > 0 else { return }
    var order = Array(0..<array.rank)
    order.append(order.remove(at: axis))
    let rows = array.transposed(order).contiguous()
    let isLast = axis == array.rank - 1
    let sorted = isLast ? result : NDArray(uninitialized: rows.shape, .int64)
    let (length, size) = (rows.shape[rows.rank - 1], rows.scalarType.size)
    let argsort = rows.scalarType.kernels.pointee.argsort
    let (source, out) = (rows.storage, sorted.storage.base.assumingMemoryBound(to: Int64.self))
    // A comparison or two for each digit of each element.
    let grain = Swift.max(1, Parallel.elementGrain / (8 * length))
    Parallel.forEachRange(of: array.count / length, grain: grain) { range in
      let work = UnsafeMutablePointer<bp_ranked>.allocate(capacity: 2 * length)
      defer { work.deallocate() }
      for row in range {
        argsort(
          length, source.base + row * length * size, isDescending, work, out + row * length)
      }
    }
    if isLast { return }
    var back = Array(0..<array.rank)
    back.insert(back.removeLast(), at: axis)
    result.overwrite(with: sorted.transposed(back))
  }

  /// result = how many numbers of a rising vector are less than each of `values`, or at most that if
  /// `countsEqual`.
  package static func search(
    _ sorted: NDArray, _ values: NDArray, countsEqual: Bool, into result: NDArray
  ) {
    let (a, b, size) = (
      sorted.contiguous().storage, values.contiguous().storage, sorted.scalarType.size
    )
    let search = sorted.scalarType.kernels.pointee.search
    let out = result.storage.base.assumingMemoryBound(to: Int64.self)
    Parallel.forEachRange(of: values.count, grain: Parallel.elementGrain / 16) { range in
      search(
        a.elementCount, a.base, range.count, b.base + range.lowerBound * size, countsEqual,
        out + range.lowerBound)
    }
    withExtendedLifetime((a, b)) {}
  }
}
