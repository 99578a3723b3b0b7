import CBackpropKernels

extension NDArray {
  /// exp(x − max) / Σ exp(x − max) along `axis`: positive numbers that sum to 1. Subtracting the
  /// largest changes nothing and keeps the exponentials from overflowing.
  public func softmax(axis: Int = -1) -> NDArray {
    alongRows("softmax", axis) { x, rows, columns, out in
      switch scalarType {
      case .float32:
        bp_softmax_f32(
          rows, columns, x.assumingMemoryBound(to: Float.self),
          out.assumingMemoryBound(to: Float.self))
      default:
        bp_softmax_f64(
          rows, columns, x.assumingMemoryBound(to: Double.self),
          out.assumingMemoryBound(to: Double.self))
      }
    }
  }

  /// x − max − ln Σ exp(x − max) along `axis`: the logarithm of ``softmax(axis:)``, without the
  /// loss of digits that taking it afterwards brings.
  public func logSoftmax(axis: Int = -1) -> NDArray {
    alongRows("logSoftmax", axis) { x, rows, columns, out in
      switch scalarType {
      case .float32:
        bp_log_softmax_f32(
          rows, columns, x.assumingMemoryBound(to: Float.self),
          out.assumingMemoryBound(to: Float.self))
      default:
        bp_log_softmax_f64(
          rows, columns, x.assumingMemoryBound(to: Double.self),
          out.assumingMemoryBound(to: Double.self))
      }
    }
  }

  /// The rule of functions along one axis.
  package func checkAxis(_ operation: String, _ axis: Int) throws(ShapeError) -> Int {
    guard scalarType.isFloatingPoint else {
      throw ShapeError(
        operation, [shape], "the numbers are \(scalarType)",
        hint: "convert first, with cast(to: .float32)")
    }
    guard let index = shape.normalizedAxis(axis) else {
      throw ShapeError(operation, [shape], "there is no axis \(axis) among \(rank) axes")
    }
    return index
  }

  /// Calls `body` with the array's memory arranged so that `axis` is contiguous rows.
  private func alongRows(
    _ operation: String, _ axis: Int,
    _ body: (UnsafeRawPointer, _ rows: Int, _ columns: Int, UnsafeMutableRawPointer) -> Void
  ) -> NDArray {
    do throws(ShapeError) {
      let index = try checkAxis(operation, axis)
      var order = Array(0..<rank)
      order.swapAt(index, rank - 1)
      let isLast = index == rank - 1
      let source = (isLast ? self : transposed(order)).contiguous()
      let result = NDArray(uninitialized: source.shape, scalarType)
      let columns = shape[index]
      if columns > 0 { body(source.storage.base, count / columns, columns, result.storage.base) }
      return isLast ? result : result.transposed(order)
    } catch { error.trap() }
  }
}
