import CBackpropKernels

/// The windows of pooling along one axis.
package struct PoolingAxis {
  /// The length of the axis.
  package let length: Int
  /// Which positions each window covers.
  package let spans: [bp_span]
  /// The distance from each position of a window to the next.
  package let step: Int

  package init(length: Int, spans: [bp_span], step: Int) {
    self.length = length
    self.spans = spans
    self.step = step
  }
}

/// Pooling of planes that follow one another, into memory that the caller gives: contiguous and seen
/// by nobody else yet.
package struct PlanePooling {
  private let rows: PoolingAxis
  private let columns: PoolingAxis

  /// Windows that are as many rows high and columns wide as these say.
  package init(rows: PoolingAxis, columns: PoolingAxis) {
    self.rows = rows
    self.columns = columns
  }

  private var area: Int { rows.length * columns.length }
  private var windowCount: Int { rows.spans.count * columns.spans.count }

  /// result = the largest number of each window; positions = where it stands in its plane.
  package func max(_ input: NDArray, into result: NDArray, positions: NDArray?) {
    let pool = input.scalarType.kernels.pointee.max_pool!
    let places = positions?.storage.base.assumingMemoryBound(to: Int32.self)
    forEachPlane(input, area, result, windowCount) { pooling, plane, out, index in
      pool(pooling, plane, out, places.map { $0 + index * windowCount })
    }
  }

  /// result = the gradient with respect to the input of ``max(_:into:positions:)``.
  package func maxGradient(_ cotangent: NDArray, _ positions: NDArray, into result: NDArray) {
    let pool = cotangent.scalarType.kernels.pointee.max_pool_gradient!
    if windowCount == 0 { return result.fillWithZeros() }
    positions.withContiguousScalars(as: Int32.self) { positions in
      forEachPlane(cotangent, windowCount, result, area) { pooling, plane, out, index in
        pool(
          pooling, plane, nil, positions.baseAddress! + index * windowCount, area, out)
      }
    }
  }

  /// result = the mean of each window.
  package func average(_ input: NDArray, into result: NDArray) {
    let pool = input.scalarType.kernels.pointee.average_pool!
    forEachPlane(input, area, result, windowCount) { pooling, plane, out, _ in
      pool(pooling, plane, out)
    }
  }

  /// result = the gradient with respect to the input of ``average(_:into:)``.
  package func averageGradient(_ cotangent: NDArray, into result: NDArray) {
    let pool = cotangent.scalarType.kernels.pointee.average_pool_gradient!
    result.fillWithZeros()
    forEachPlane(cotangent, windowCount, result, area) { pooling, plane, out, _ in
      pool(pooling, plane, out)
    }
  }

  private func forEachPlane(
    _ input: NDArray, _ inputArea: Int, _ result: NDArray, _ resultArea: Int,
    _ body: (UnsafePointer<bp_pooling>, UnsafeRawPointer, UnsafeMutableRawPointer, Int) -> Void
  ) {
    let size = result.scalarType.size
    if windowCount == 0 { return }
    withKernelValue { pooling in
      input.forEachPlane(ofLength: inputArea, into: result, length: resultArea) {
        source, target, index in
        body(pooling, source + index * inputArea * size, target + index * resultArea * size, index)
      }
    }
  }

  /// Lends what the kernels are told.
  private func withKernelValue<R>(_ body: (UnsafePointer<bp_pooling>) -> R) -> R {
    rows.spans.withUnsafeBufferPointer { rowSpans in
      columns.spans.withUnsafeBufferPointer { columnSpans in
        var pooling = bp_pooling(
          width: columns.length, out_height: rowSpans.count, out_width: columnSpans.count,
          rows: rowSpans.baseAddress!, columns: columnSpans.baseAddress!, row_step: rows.step,
          column_step: columns.step)
        return body(&pooling)
      }
    }
  }

  /// Lends what the kernels are told of pooling, `nil` for none.
  static func withKernelValue(
    of pooling: PlanePooling?, _ body: (UnsafePointer<bp_pooling>?) -> Void
  ) {
    guard let pooling, pooling.windowCount > 0 else { return body(nil) }
    pooling.withKernelValue { body($0) }
  }
}
