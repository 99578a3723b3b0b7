import CBackpropKernels

/// Element-wise operations into memory that the caller gives: the kernels' side of arithmetic.
///
/// `result` must be contiguous, of the broadcast shape, and not seen by anyone else yet. That the
/// type has the operation is for the shape rule to find out; here the lack of it ends the program.
package enum Elementwise {
  /// result = op(a)
  package static func unary(_ op: bp_unary, _ a: NDArray, into result: NDArray) {
    let (x, out) = (a.storage, result.storage)
    let kernels = x.scalarType.kernels
    guard let loop = kernels.pointee.unary_loops[Int(op.rawValue)] else {
      ShapeError.noKernel("element-wise function", [a.shape], x.scalarType).trap()
    }
    if x.isContiguous, x.elementCount < 2 * Parallel.elementGrain {
      return loop(x.elementCount, x.base, out.base)
    }
    let (unary, size) = (kernels.pointee.unary, x.scalarType.size)
    StridedLoop(over: out.shape, x).forEachRow { row in
      unary(
        op, row.count, x.base + row.a &* size, row.strideA, out.base + row.output &* size)
    }
  }

  /// result = a op b, with broadcasting.
  package static func binary(_ op: bp_binary, _ a: NDArray, _ b: NDArray, into result: NDArray) {
    let (x, y, out) = (a.storage, b.storage, result.storage)
    let kernels = x.scalarType.kernels
    guard let loop = kernels.pointee.binary_loops[Int(op.rawValue)] else {
      ShapeError.noKernel("element-wise operation", [a.shape, b.shape], x.scalarType).trap()
    }
    if isOneShortRow(x, y, out) { return loop(out.elementCount, x.base, y.base, out.base) }
    let (binary, size) = (kernels.pointee.binary, x.scalarType.size)
    StridedLoop(over: out.shape, x, y).forEachRow { row in
      binary(
        op, row.count, x.base + row.a &* size, row.strideA, y.base + row.b &* size, row.strideB,
        out.base + row.output &* size)
    }
  }

  private static func isOneShortRow(_ x: Storage, _ y: Storage, _ out: Storage) -> Bool {
    x.isContiguous && y.isContiguous && x.elementCount == out.elementCount
      && y.elementCount == out.elementCount && out.elementCount < 2 * Parallel.elementGrain
  }

  /// result = formula of a, b and c, with broadcasting, and of two settings. The formula says how many
  /// numbers it takes.
  package static func formula(
    _ op: bp_formula, _ settings: (Double, Double), _ a: NDArray, _ b: NDArray? = nil,
    _ c: NDArray? = nil, into result: NDArray
  ) {
    // What the formula has no use for is not looked at.
    let (x, out) = (a.storage, result.storage)
    let (y, z) = (b?.storage ?? x, c?.storage ?? x)
    guard let formula = x.scalarType.kernels.pointee.formula else {
      ShapeError.noKernel("element-wise formula", [a.shape], x.scalarType).trap()
    }
    let (p, q) = settings
    if isOneShortRow(x, y, out), z.isContiguous, z.elementCount == out.elementCount {
      return formula(op, out.elementCount, x.base, 1, y.base, 1, z.base, 1, p, q, out.base)
    }
    let size = x.scalarType.size
    StridedLoop(over: out.shape, x, y, z).forEachRow { row in
      formula(
        op, row.count, x.base + row.a &* size, row.strideA, y.base + row.b &* size, row.strideB,
        z.base + row.c &* size, row.strideC, p, q, out.base + row.output &* size)
    }
  }

  /// result = a op b ? true : false, with broadcasting.
  package static func compare(
    _ op: bp_comparison, _ a: NDArray, _ b: NDArray, into result: NDArray
  ) {
    let (x, y, out) = (a.storage, b.storage, result.storage)
    let (compare, size) = (x.scalarType.kernels.pointee.compare, x.scalarType.size)
    let target = out.base.assumingMemoryBound(to: UInt8.self)
    StridedLoop(over: out.shape, x, y).forEachRow { row in
      compare(
        op, row.count, x.base + row.a &* size, row.strideA, y.base + row.b &* size, row.strideB,
        target + row.output)
    }
  }

  /// result = a op b ? true : false, for a number as it is, whether or not a whole type holds it.
  package static func compare(
    _ op: bp_comparison, _ a: NDArray, _ b: Double, into result: NDArray
  ) {
    guard let range = a.scalarType.wholeNumbers else {
      return compare(op, a, NDArray(scalar: b, scalarType: a.scalarType), into: result)
    }
    let below = b.rounded(.down)
    if range.contains(below) {
      // Between two neighbours, what is smaller is at most the lower one.
      let between = op == BP_LESS || op == BP_LESS_EQUAL ? BP_LESS_EQUAL : BP_GREATER
      let isOrder = op != BP_EQUAL && op != BP_NOT_EQUAL
      if below == b || isOrder {
        let number = NDArray(wholeNumber: below, a.scalarType)
        return compare(below == b ? op : between, a, number, into: result)
      }
    }
    // Any number of the type compares with b as all of them do.
    let some = NDArray(scalar: range.lowerBound, scalarType: .float64)
    compare(op, some, NDArray(scalar: b, scalarType: .float64), into: result)
  }

  /// result = condition ? a : b, with broadcasting.
  package static func select(
    _ condition: NDArray, _ a: NDArray, _ b: NDArray, into result: NDArray
  ) {
    let (flags, x, y, out) = (condition.storage, a.storage, b.storage, result.storage)
    let (select, size) = (x.scalarType.kernels.pointee.select, x.scalarType.size)
    let flag = flags.base.assumingMemoryBound(to: UInt8.self)
    StridedLoop(over: out.shape, flags, x, y).forEachRow { row in
      select(
        row.count, flag + row.a, row.strideA, x.base + row.b &* size, row.strideB,
        y.base + row.c &* size, row.strideC, out.base + row.output &* size)
    }
  }
}
