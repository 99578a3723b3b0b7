import CRuntime

/// The memory behind an array, and how the array lies in it.
///
/// A storage either owns its block of memory or is a view into another storage's. It does not
/// change once an array that others can see holds it; only a uniquely referenced owner is written.
package final class Storage: @unchecked Sendable {
  package let owner: Storage?
  /// The first element, not the start of the block: a view may begin in its middle.
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int
  package let shape: Shape
  package let strides: Extents
  package let scalarType: ScalarType
  package let elementCount: Int
  /// Whether elements follow one another in row-major order without gaps.
  package let isContiguous: Bool

  /// New memory for a contiguous array; its contents are undefined until written.
  init(uninitialized shape: Shape, _ scalarType: ScalarType) {
    self.shape = shape
    self.scalarType = scalarType
    strides = shape.rowMajorStrides
    elementCount = shape.elementCount
    let (bytes, overflows) = elementCount.multipliedReportingOverflow(by: scalarType.size)
    guard !overflows else {
      fatalError("NDArray: \(shape) of \(scalarType) takes more bytes than can be counted")
    }
    byteCount = bytes
    base = bp_allocate(byteCount)
    owner = nil
    isContiguous = true
  }

  /// A view into `storage`, whose first element lies `offset` elements after the other's first.
  init(viewing storage: Storage, offset: Int, shape: Shape, strides: Extents) {
    owner = storage.owner ?? storage
    base = storage.base + offset &* storage.scalarType.size
    byteCount = 0
    self.shape = shape
    self.strides = strides
    scalarType = storage.scalarType
    elementCount = shape.elementCount
    isContiguous = Self.isRowMajor(shape, strides)
  }

  deinit {
    if owner == nil { bp_deallocate(base, byteCount) }
  }

  private static func isRowMajor(_ shape: Shape, _ strides: Extents) -> Bool {
    var expected = 1
    var axis = shape.rank - 1
    while axis >= 0 {
      let length = shape.extents[axis]
      if length == 0 { return true }
      if length != 1 && strides[axis] != expected { return false }
      expected &*= length
      axis -= 1
    }
    return true
  }
}
