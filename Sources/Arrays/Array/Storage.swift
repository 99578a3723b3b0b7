import CBackpropRuntime

/// The memory behind an array, and how the array lies in it.
///
/// A storage either owns its block of memory or is a view into another storage's. It does not
/// change once an array that others can see holds it; only a uniquely referenced owner is written.
///
/// One is made for every result, so it is kept small: blocks of up to 128 bytes are those that
/// the system hands out fastest.
@usableFromInline
package final class Storage: @unchecked Sendable {
  /// The first element, not the start of the block: a view may begin in its middle.
  package let base: UnsafeMutableRawPointer
  package let elementCount: Int
  /// What a view has besides; `nil` for a storage that owns its memory.
  private let view: View?
  package let shape: Shape
  package let scalarType: ScalarType
  /// Whether elements follow one another in row-major order without gaps.
  package let isContiguous: Bool

  private final class View: Sendable {
    let owner: Storage
    let strides: Extents

    init(_ owner: Storage, _ strides: Extents) {
      self.owner = owner
      self.strides = strides
    }
  }

  /// New memory for a contiguous array; its contents are undefined until written.
  init(uninitialized shape: Shape, _ scalarType: ScalarType) {
    let count = shape.elementCount
    let (bytes, overflows) = count.multipliedReportingOverflow(by: scalarType.size)
    guard !overflows else {
      fatalError("NDArray: \(shape) of \(scalarType) takes more bytes than can be counted")
    }
    self.shape = shape
    self.scalarType = scalarType
    elementCount = count
    base = bp_allocate(bytes)
    view = nil
    isContiguous = true
  }

  /// A view into `storage`, whose first element lies `offset` elements after the other's first.
  init(viewing storage: Storage, offset: Int, shape: Shape, strides: Extents) {
    view = View(storage.owner ?? storage, strides)
    base = storage.base + offset &* storage.scalarType.size
    self.shape = shape
    scalarType = storage.scalarType
    elementCount = shape.elementCount
    isContiguous = Self.isRowMajor(shape, strides)
  }

  deinit {
    if view == nil { bp_deallocate(base, byteCount) }
  }

  /// The bytes that the elements take; of a view that repeats some, more than there are.
  package var byteCount: Int { elementCount &* scalarType.size }
  /// The distance in elements from one element to the next along each axis.
  package var strides: Extents { view.map(\.strides) ?? shape.rowMajorStrides }
  /// Whether the memory is another storage's.
  var isView: Bool { view != nil }
  /// The storage whose memory this one shows, `nil` where it is its own.
  package var owner: Storage? { view?.owner }

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
