import CBackpropKernels

/// Element-wise operations into memory that the caller gives: the kernels' side of arithmetic.
///
/// `result` must be contiguous, of the broadcast shape, and not seen by anyone else yet.
package enum Elementwise {
  /// result = op(a)
  package static func unary(_ op: bp_unary, _ a: NDArray, into result: NDArray) {
    let (x, out) = (a.storage, result.storage)
    switch x.scalarType {
    case .float32:
      let source = UnsafePointer(x.base.assumingMemoryBound(to: Float.self))
      let target = out.base.assumingMemoryBound(to: Float.self)
      if x.isContiguous, x.elementCount < 2 * Parallel.elementGrain {
        return bp_unary_f32(op, x.elementCount, source, 1, target)
      }
      StridedLoop(over: out.shape, x).forEachRow { row in
        bp_unary_f32(op, row.count, source + row.a, row.strideA, target + row.output)
      }
    case .float64:
      let source = UnsafePointer(x.base.assumingMemoryBound(to: Double.self))
      let target = out.base.assumingMemoryBound(to: Double.self)
      if x.isContiguous, x.elementCount < 2 * Parallel.elementGrain {
        return bp_unary_f64(op, x.elementCount, source, 1, target)
      }
      StridedLoop(over: out.shape, x).forEachRow { row in
        bp_unary_f64(op, row.count, source + row.a, row.strideA, target + row.output)
      }
    case .int32, .int64, .uint8, .bool:
      fatalError(
        "\(x.scalarType) has no such function; convert first, with cast(to: .float32)")
    }
  }

  /// result = a op b, with broadcasting.
  package static func binary(_ op: bp_binary, _ a: NDArray, _ b: NDArray, into result: NDArray) {
    let (x, y, out) = (a.storage, b.storage, result.storage)
    switch x.scalarType {
    case .float32:
      let first = UnsafePointer(x.base.assumingMemoryBound(to: Float.self))
      let second = UnsafePointer(y.base.assumingMemoryBound(to: Float.self))
      let target = out.base.assumingMemoryBound(to: Float.self)
      if isOneShortRow(x, y, out) {
        return bp_binary_f32(op, out.elementCount, first, 1, second, 1, target)
      }
      StridedLoop(over: out.shape, x, y).forEachRow { row in
        bp_binary_f32(
          op, row.count, first + row.a, row.strideA, second + row.b, row.strideB,
          target + row.output)
      }
    case .float64:
      let first = UnsafePointer(x.base.assumingMemoryBound(to: Double.self))
      let second = UnsafePointer(y.base.assumingMemoryBound(to: Double.self))
      let target = out.base.assumingMemoryBound(to: Double.self)
      if isOneShortRow(x, y, out) {
        return bp_binary_f64(op, out.elementCount, first, 1, second, 1, target)
      }
      StridedLoop(over: out.shape, x, y).forEachRow { row in
        bp_binary_f64(
          op, row.count, first + row.a, row.strideA, second + row.b, row.strideB,
          target + row.output)
      }
    case .int32: WholeNumbers.binary(op, x, y, out, as: Int32.self)
    case .int64: WholeNumbers.binary(op, x, y, out, as: Int64.self)
    case .uint8: WholeNumbers.binary(op, x, y, out, as: UInt8.self)
    case .bool:
      fatalError("bool has no arithmetic; convert first, with cast(to: .int32) or .float32")
    }
  }

  private static func isOneShortRow(_ x: Storage, _ y: Storage, _ out: Storage) -> Bool {
    x.isContiguous && y.isContiguous && x.elementCount == out.elementCount
      && y.elementCount == out.elementCount && out.elementCount < 2 * Parallel.elementGrain
  }

  /// result = a op b ? true : false, with broadcasting.
  static func compare(_ op: bp_comparison, _ a: NDArray, _ b: NDArray, into result: NDArray) {
    let (x, y, out) = (a.storage, b.storage, result.storage)
    let target = out.base.assumingMemoryBound(to: UInt8.self)
    let loop = StridedLoop(over: out.shape, x, y)
    switch x.scalarType {
    case .float32:
      let first = UnsafePointer(x.base.assumingMemoryBound(to: Float.self))
      let second = UnsafePointer(y.base.assumingMemoryBound(to: Float.self))
      loop.forEachRow { row in
        bp_compare_f32(
          op, row.count, first + row.a, row.strideA, second + row.b, row.strideB,
          target + row.output)
      }
    case .float64:
      let first = UnsafePointer(x.base.assumingMemoryBound(to: Double.self))
      let second = UnsafePointer(y.base.assumingMemoryBound(to: Double.self))
      loop.forEachRow { row in
        bp_compare_f64(
          op, row.count, first + row.a, row.strideA, second + row.b, row.strideB,
          target + row.output)
      }
    case .int32: WholeNumbers.compare(op, x, y, out, as: Int32.self)
    case .int64: WholeNumbers.compare(op, x, y, out, as: Int64.self)
    case .uint8, .bool: WholeNumbers.compare(op, x, y, out, as: UInt8.self)
    }
  }

  /// result = condition ? a : b, with broadcasting.
  static func select(
    _ condition: NDArray, _ a: NDArray, _ b: NDArray, into result: NDArray
  ) {
    let (flags, x, y, out) = (condition.storage, a.storage, b.storage, result.storage)
    let loop = StridedLoop(over: out.shape, flags, x, y)
    func rows<S>(_ type: S.Type) {
      let flag = flags.base.assumingMemoryBound(to: UInt8.self)
      let first = x.base.assumingMemoryBound(to: type)
      let second = y.base.assumingMemoryBound(to: type)
      let target = out.base.assumingMemoryBound(to: type)
      loop.forEachRow { row in
        for i in 0..<row.count {
          target[row.output &+ i] =
            flag[row.a &+ i &* row.strideA] != 0
            ? first[row.b &+ i &* row.strideB] : second[row.c &+ i &* row.strideC]
        }
      }
    }
    switch x.scalarType {
    case .float32:
      loop.forEachRow { row in
        bp_select_f32(
          row.count, flags.base.assumingMemoryBound(to: UInt8.self) + row.a, row.strideA,
          x.base.assumingMemoryBound(to: Float.self) + row.b, row.strideB,
          y.base.assumingMemoryBound(to: Float.self) + row.c, row.strideC,
          out.base.assumingMemoryBound(to: Float.self) + row.output)
      }
    case .float64:
      loop.forEachRow { row in
        bp_select_f64(
          row.count, flags.base.assumingMemoryBound(to: UInt8.self) + row.a, row.strideA,
          x.base.assumingMemoryBound(to: Double.self) + row.b, row.strideB,
          y.base.assumingMemoryBound(to: Double.self) + row.c, row.strideC,
          out.base.assumingMemoryBound(to: Double.self) + row.output)
      }
    case .int32: rows(Int32.self)
    case .int64: rows(Int64.self)
    case .uint8, .bool: rows(UInt8.self)
    }
  }
}
