import CBackpropKernels

extension NDArray {
  /// exp(x − max) / Σ exp(x − max) along `axis`: positive numbers that sum to 1. Subtracting the
  /// largest changes nothing and keeps the exponentials from overflowing.
  package func softmax(axis: Int = -1) -> NDArray {
    alongRows("softmax", axis, scalarType.kernels.pointee.softmax)
  }

  /// x − max − ln Σ exp(x − max) along `axis`: the logarithm of ``softmax(axis:)``, without the
  /// loss of digits that taking it afterwards brings.
  package func logSoftmax(axis: Int = -1) -> NDArray {
    alongRows("logSoftmax", axis, scalarType.kernels.pointee.log_softmax)
  }

  /// y (g − Σ g y) along `axis`, where this array is y, a softmax: the gradient with respect to what it
  /// is the softmax of, for the gradient g with respect to it.
  package func softmaxGradient(_ cotangent: NDArray, axis: Int) -> NDArray {
    gradientAlongRows("softmax", cotangent, axis, scalarType.kernels.pointee.softmax_gradient)
  }

  /// g − exp(y) Σ g along `axis`, where this array is y, a log-softmax.
  package func logSoftmaxGradient(_ cotangent: NDArray, axis: Int) -> NDArray {
    gradientAlongRows(
      "logSoftmax", cotangent, axis, scalarType.kernels.pointee.log_softmax_gradient)
  }

  /// The rule of softmax and log-softmax, functions along one axis.
  package func checkAxis(_ operation: String, _ axis: Int) throws(ShapeError) -> Int {
    _ = try scalarType.kernels.pointee.softmax.orNoKernel(operation, [shape], scalarType)
    guard let index = shape.normalizedAxis(axis) else {
      throw shape.noAxis(axis, operation)
    }
    return index
  }

  /// A function of rows, with the array's memory arranged so that `axis` is contiguous rows.
  private func alongRows(
    _ operation: String, _ axis: Int,
    _ kernel: (@convention(c) (Int, Int, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void)?
  ) -> NDArray {
    do throws(ShapeError) {
      let kernel = try kernel.orNoKernel(operation, [shape], scalarType)
      let index = try checkAxis(operation, axis)
      let source = withLast(index).contiguous()
      let result = NDArray(uninitialized: source.shape, scalarType)
      let (from, to, size) = (source.storage.base, result.storage.base, scalarType.size)
      let columns = shape[index]
      source.forEachRangeOfRows { rows in
        let offset = rows.lowerBound * columns * size
        kernel(rows.count, columns, from + offset, to + offset)
      }
      return result.withLast(index)
    } catch { error.trap() }
  }

  /// The same of a gradient, a function of the rows of the result and of its cotangent.
  private func gradientAlongRows(
    _ operation: String, _ cotangent: NDArray, _ axis: Int,
    _ kernel: (
      @convention(c) (Int, Int, UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
    )?
  ) -> NDArray {
    do throws(ShapeError) {
      let kernel = try kernel.orNoKernel(operation, [shape], scalarType)
      let index = try checkAxis(operation, axis)
      let (output, cotangent) = (
        withLast(index).contiguous(), cotangent.withLast(index).contiguous()
      )
      let result = NDArray(uninitialized: output.shape, scalarType)
      let (y, g, size) = (output.storage.base, cotangent.storage.base, scalarType.size)
      let (to, columns) = (result.storage.base, shape[index])
      output.forEachRangeOfRows { rows in
        let offset = rows.lowerBound * columns * size
        kernel(rows.count, columns, g + offset, y + offset, to + offset)
      }
      withExtendedLifetime((output, cotangent)) {}
      return result.withLast(index)
    } catch { error.trap() }
  }

  /// With axis `index` and the last in each other's place, which undoes itself.
  private func withLast(_ index: Int) -> NDArray {
    if index == rank - 1 { return self }
    var order = Array(0..<rank)
    order.swapAt(index, rank - 1)
    return transposed(order)
  }

  /// Calls `body` with ranges of the rows of this array, which are computed each by itself.
  private func forEachRangeOfRows(_ body: (Range<Int>) -> Void) {
    let columns = shape[rank - 1]
    if count == 0 { return }
    Parallel.forEachRange(
      of: count / columns, grain: Swift.max(1, Parallel.elementGrain / 2 / columns), body)
  }
}
