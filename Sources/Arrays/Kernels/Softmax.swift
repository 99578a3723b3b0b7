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
      var order = Array(0..<rank)
      order.swapAt(index, rank - 1)
      let isLast = index == rank - 1
      let source = (isLast ? self : transposed(order)).contiguous()
      let result = NDArray(uninitialized: source.shape, scalarType)
      let columns = shape[index]
      if columns > 0 {
        kernel(count / columns, columns, source.storage.base, result.storage.base)
      }
      return isLast ? result : result.transposed(order)
    } catch { error.trap() }
  }
}
