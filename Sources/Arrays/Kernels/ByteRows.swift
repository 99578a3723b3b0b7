import CBackpropKernels
import CBackpropRuntime

extension NDArray {
  /// The rows of this `uint8` array named by `rows`, as numbers of `scalarType`, each times `scale`:
  /// a mini-batch of pictures in one pass, so that a data set can stay in memory as bytes.
  ///
  /// ```swift
  /// pixels.gather([3, 1], scaledBy: 1 / 255)      // bytes 0...255 -> numbers 0...1
  /// ```
  package func gather(
    _ rows: UnsafeBufferPointer<Int32>, scaledBy scale: Double,
    as scalarType: ScalarType = .float32
  ) -> NDArray {
    guard self.scalarType == .uint8, rank >= 1 else {
      fatalError("gather: scaled rows are taken from a uint8 array, not from \(self.scalarType)")
    }
    guard let scaleBytes = scalarType.kernels.pointee.scale_bytes else {
      ShapeError.noKernel("gather", [self.shape], scalarType).trap()
    }
    var shape = self.shape
    shape[0] = rows.count
    let source = contiguous().storage
    let result = NDArray(uninitialized: shape, scalarType)
    let length = self.shape[0] == 0 ? 0 : count / self.shape[0]
    let bytes = source.base.assumingMemoryBound(to: UInt8.self)
    let grain = Swift.max(1, Parallel.elementGrain / Swift.max(1, length))
    // Rows drawn at random lie where no processor expects them: they are asked for in time, a few
    // rows ahead.
    let rowsAhead = 4
    Parallel.forEachRange(of: rows.count, grain: grain) { part in
      for row in rows[part].prefix(rowsAhead) { bp_prefetch(bytes + Int(row) &* length, length) }
      for index in part {
        if index + rowsAhead < part.upperBound {
          bp_prefetch(bytes + Int(rows[index + rowsAhead]) &* length, length)
        }
        let row = Int(rows[index])
        guard row >= 0, row < self.shape[0] else {
          fatalError("gather: row \(row) of \(self.shape[0])")
        }
        scaleBytes(
          length, bytes + row &* length, scale,
          result.storage.base + index &* length &* scalarType.size)
      }
    }
    withExtendedLifetime(source) {}
    return result
  }
}
