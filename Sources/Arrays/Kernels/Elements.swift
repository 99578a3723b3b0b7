import CBackpropKernels

/// Loops over single elements that are not arithmetic: fill, copy, convert, compare.
enum Elements {
  static func fill(_ target: Storage, with value: Double) {
    target.scalarType.kernels.pointee.fill(target.elementCount, value, target.base)
  }

  /// Writes `value` to `address` as a number of `scalarType`.
  static func fill(_ value: Double, _ scalarType: ScalarType, at address: UnsafeMutableRawPointer) {
    scalarType.kernels.pointee.fill(1, value, address)
  }

  /// Copies `source`, however it lies, to `target`, which is contiguous and of the same shape.
  static func copy(_ source: Storage, to target: Storage) {
    let size = source.scalarType.size
    if source.isContiguous {
      target.base.copyMemory(from: source.base, byteCount: source.elementCount * size)
      return
    }
    let copy = source.scalarType.kernels.pointee.copy
    StridedLoop(over: target.shape, source).forEachRow { row in
      copy(
        row.count, source.base + row.a &* size, row.strideA, target.base + row.output &* size)
    }
  }

  /// Copies `source`, broadcast, to `target`, which may lie in memory in any way.
  static func assign(_ source: Storage, to target: Storage) {
    let size = source.scalarType.size
    let assign = source.scalarType.kernels.pointee.assign
    StridedLoop(over: target.shape, target, source).forEachRow { row in
      assign(
        row.count, source.base + row.b &* size, row.strideB, target.base + row.a &* size,
        row.strideA)
    }
  }

  /// The elements of `source`, which is contiguous, as numbers of the type of `target`.
  static func convert(_ source: Storage, to target: Storage) {
    let (from, to) = (source.scalarType, target.scalarType)
    Parallel.forEachRange(of: source.elementCount, grain: Parallel.elementGrain) { range in
      bp_convert(
        from.code, to.code, range.count, source.base + range.lowerBound &* from.size,
        target.base + range.lowerBound &* to.size)
    }
  }

  static func double(at address: UnsafeRawPointer, _ scalarType: ScalarType) -> Double {
    var value = 0.0
    bp_convert(scalarType.code, BP_FLOAT64, 1, address, &value)
    return value
  }

  /// Whether two contiguous storages of one shape and type hold equal numbers.
  static func equal(_ a: Storage, _ b: Storage) -> Bool {
    a.scalarType.kernels.pointee.equal(a.elementCount, a.base, b.base)
  }
}
