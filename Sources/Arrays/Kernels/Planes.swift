/// Arrays as planes of equal length that follow one another: what lies along the last axes.
extension NDArray {
  /// Calls `body` with the memory of this array and of `result`, and the number of each plane of
  /// which both consist, on any thread.
  ///
  /// - Parameters:
  ///   - length: the numbers of a plane of this array.
  ///   - result: contiguous and seen by nobody else yet.
  ///   - resultLength: the numbers of a plane of `result`.
  func forEachPlane(
    ofLength length: Int, into result: NDArray, length resultLength: Int,
    _ body: (UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void
  ) {
    if count == 0 || result.count == 0 { return }
    let source = contiguous().storage
    let grain = Swift.max(1, Parallel.elementGrain / Swift.max(length, resultLength))
    Parallel.forEachRange(of: count / length, grain: grain) { range in
      for index in range { body(source.base, result.storage.base, index) }
    }
    withExtendedLifetime(source) {}
  }

  /// result = the numbers at these positions in each plane of this array, zero for -1.
  ///
  /// - Parameters:
  ///   - positions: `int32`, of the shape of `result`.
  ///   - planes: how many planes this array has, and `result`.
  ///   - result: contiguous and seen by nobody else yet.
  package func takeInPlanes(_ positions: NDArray, planes: Int, into result: NDArray) {
    if planes == 0 { return }
    let (length, number) = (count / planes, result.count / planes)
    let (take, size) = (scalarType.kernels.pointee.take_at!, scalarType.size)
    positions.withContiguousScalars(as: Int32.self) { positions in
      forEachPlane(ofLength: length, into: result, length: number) { source, target, plane in
        take(
          number, source + plane * length * size, positions.baseAddress! + plane * number,
          target + plane * number * size)
      }
    }
  }

  /// Adds each number of this array to that of `result` at its position in its plane, but for -1.
  ///
  /// - Parameters:
  ///   - positions: `int32`, of this array's shape.
  ///   - planes: how many planes this array has, and `result`.
  ///   - result: contiguous and seen by nobody else yet.
  package func addInPlanes(_ positions: NDArray, planes: Int, to result: NDArray) {
    if planes == 0 { return }
    let (number, length) = (count / planes, result.count / planes)
    let (add, size) = (scalarType.kernels.pointee.add_at!, scalarType.size)
    positions.withContiguousScalars(as: Int32.self) { positions in
      forEachPlane(ofLength: number, into: result, length: length) { source, target, plane in
        add(
          number, source + plane * number * size, positions.baseAddress! + plane * number,
          target + plane * length * size)
      }
    }
  }
}
