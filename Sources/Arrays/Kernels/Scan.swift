import CBackpropKernels

/// Cumulative reductions along one axis, into memory that the caller gives.
package enum Scan {
  /// result = op of all elements up to each along `axis`, or from each on if `isReversed`. Both arrays
  /// have one shape and type; the result is contiguous.
  package static func run(
    _ op: bp_reduction, _ array: NDArray, axis: Int, isReversed: Bool, into result: NDArray
  ) {
    let kernels = array.scalarType.kernels
    guard bp_reduction_loop(array.scalarType.code, op) != nil else {
      ShapeError.noKernel("cumulative reduction", [array.shape], array.scalarType).trap()
    }
    let (source, size) = (array.contiguous().storage, array.scalarType.size)
    forEachPart(array.shape, axis, isReversed) { part in
      kernels.pointee.scan(
        op, part.length, part.columns, source.base + part.start &* size, part.step,
        result.storage.base + part.start &* size)
    }
    withExtendedLifetime(source) {}
  }

  /// y = b + a · (y before) along `axis`, or with the y after if `isReversed`: arrays of one shape and
  /// type, one of fractions.
  ///
  /// - Parameters:
  ///   - a: what the number before is multiplied by.
  ///   - b: what is added.
  ///   - axis: along which.
  ///   - isReversed: whether the last comes first.
  ///   - result: where y is written, which is contiguous.
  package static func recurrence(
    _ a: NDArray, _ b: NDArray, axis: Int, isReversed: Bool, into result: NDArray
  ) {
    guard let recurrence = a.scalarType.kernels.pointee.recurrence else {
      ShapeError.noKernel("recurrence", [a.shape], a.scalarType).trap()
    }
    let (x, y, size) = (a.contiguous().storage, b.contiguous().storage, a.scalarType.size)
    forEachPart(a.shape, axis, isReversed) { part in
      let start = part.start &* size
      recurrence(
        part.length, part.columns, x.base + start, y.base + start, part.step,
        result.storage.base + start)
    }
    withExtendedLifetime((x, y)) {}
  }

  /// Columns beside one another, along which a scan goes: `length` elements each, `step` apart, the
  /// first of them at `start`.
  private struct Part {
    var start: Int
    var columns: Int
    var length: Int
    var step: Int
  }

  /// Calls `body` with parts that make up an array of `shape`, in any order and on any thread.
  private static func forEachPart(
    _ shape: Shape, _ axis: Int, _ isReversed: Bool, _ body: (Part) -> Void
  ) {
    guard shape.elementCount > 0 else { return }
    let (length, inner) = (shape[axis], Shape(shape.dropFirst(axis + 1)).elementCount)
    let outer = shape.elementCount / (length * inner)
    // Columns that share lines of the cache go together.
    let width = Swift.min(inner, 64)
    let blocks = (inner + width - 1) / width
    let first = isReversed ? (length - 1) * inner : 0
    let grain = Swift.max(1, Parallel.elementGrain / (length * width))
    Parallel.forEachRange(of: outer * blocks, grain: grain) { range in
      for piece in range {
        let (row, block) = piece.quotientAndRemainder(dividingBy: blocks)
        body(
          Part(
            start: row * length * inner + first + block * width,
            columns: Swift.min(width, inner - block * width), length: length,
            step: isReversed ? -inner : inner))
      }
    }
  }
}
