import CBackpropRuntime

/// The memory behind an array, and how the array lies in it.
///
/// A storage owns its block of memory, or shows memory that something else owns: another storage's
/// (a view), or foreign memory such as a mapped file. Or it has none and is a shape alone, for
/// running a computation on shapes, or until its numbers are computed. It does not change once an array that others can see holds it;
/// only a uniquely referenced owner is written.
///
/// One is made for every result, so it is kept small: blocks of up to 128 bytes are those that
/// the system hands out fastest.
@usableFromInline
package final class Storage: @unchecked Sendable {
  /// The first element, not the start of the block: a view may begin in its middle.
  package let base: UnsafeMutableRawPointer
  package let elementCount: Int
  /// `nil` for a storage that owns its memory.
  private let borrowed: Borrowed?
  package let shape: Shape
  package let scalarType: ScalarType
  /// Whether elements follow one another in row-major order without gaps.
  package let isContiguous: Bool
  /// Whether there are no numbers, only their shape and type.
  package let isShapeOnly: Bool

  /// What a storage has besides whose memory is not its own.
  private final class Borrowed: Sendable {
    /// Whoever keeps the memory, or will compute what is to be in it; `nil` where there is none.
    let owner: (any AnyObject & Sendable)?
    let strides: Extents
    /// Why there is no shape, where a computation on shapes failed.
    let error: ShapeError?

    init(_ owner: (any AnyObject & Sendable)?, _ strides: Extents, _ error: ShapeError? = nil) {
      self.owner = owner
      self.strides = strides
      self.error = error
    }
  }

  /// New memory for a contiguous array; its contents are undefined until written.
  // Borrowed, since an initializer is otherwise handed a copy to keep, and makes another.
  init(uninitialized shape: borrowing Shape, _ scalarType: ScalarType) {
    guard let count = shape.checkedElementCount else { shape.trapUncountable() }
    let (bytes, overflows) = count.multipliedReportingOverflow(by: scalarType.size)
    if overflows { Self.trapUncountable(copy shape, scalarType) }
    self.shape = copy shape
    self.scalarType = scalarType
    elementCount = count
    base = bp_allocate_numbers(bytes)
    borrowed = nil
    isContiguous = true
    isShapeOnly = false
  }

  private static func trapUncountable(_ shape: Shape, _ scalarType: ScalarType) -> Never {
    fatalError("NDArray: \(shape) of \(scalarType) takes more bytes than can be counted")
  }

  /// A view into `storage`, whose first element lies `offset` elements after the other's first.
  package init(viewing storage: Storage, offset: Int, shape: Shape, strides: Extents) {
    borrowed = Borrowed(storage.borrowed.map { $0.owner } ?? storage, strides)
    base = storage.base + offset &* storage.scalarType.size
    self.shape = shape
    scalarType = storage.scalarType
    elementCount = shape.elementCount
    isContiguous = Self.isRowMajor(shape, strides)
    isShapeOnly = storage.isShapeOnly
  }

  /// A contiguous array in memory that `owner` keeps, and that nobody changes meanwhile.
  init(
    foreign memory: UnsafeRawPointer, shape: Shape, _ scalarType: ScalarType,
    owner: any AnyObject & Sendable
  ) {
    borrowed = Borrowed(owner, shape.rowMajorStrides)
    // Never written through: only an owner of its own memory is.
    base = UnsafeMutableRawPointer(mutating: memory)
    self.shape = shape
    self.scalarType = scalarType
    elementCount = shape.elementCount
    isContiguous = true
    isShapeOnly = false
  }

  /// A shape without numbers, or the reason why there is none.
  package init(shapeOnly shape: Shape, _ scalarType: ScalarType, error: ShapeError? = nil) {
    borrowed = Borrowed(nil, shape.rowMajorStrides, error)
    // Where no memory is, so that a look at it cannot go unnoticed.
    base = UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
    self.shape = shape
    self.scalarType = scalarType
    elementCount = shape.elementCount
    isContiguous = true
    isShapeOnly = true
  }

  /// A shape whose numbers `owner` will compute.
  package init(
    awaiting owner: any AnyObject & Sendable, _ shape: Shape, _ scalarType: ScalarType
  ) {
    borrowed = Borrowed(owner, shape.rowMajorStrides)
    base = UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
    self.shape = shape
    self.scalarType = scalarType
    elementCount = shape.elementCount
    isContiguous = true
    isShapeOnly = true
  }

  deinit {
    if borrowed == nil { bp_deallocate_numbers(base, byteCount) }
  }

  /// The bytes that the elements take; of a view that repeats some, more than there are.
  package var byteCount: Int { elementCount &* scalarType.size }
  /// The distance in elements from one element to the next along each axis.
  package var strides: Extents { borrowed.map(\.strides) ?? shape.rowMajorStrides }
  /// Whether the memory is this storage's own, which it may write in when nothing else holds it.
  package var ownsMemory: Bool { borrowed == nil }
  /// The storage whose memory this one shows, `nil` where it is its own.
  package var owner: Storage? { borrowed?.owner as? Storage }
  /// Who will compute the numbers, where they are put off.
  package var awaited: (any AnyObject & Sendable)? {
    isShapeOnly ? borrowed.unsafelyUnwrapped.owner : nil
  }
  /// Whether the numbers are put off.
  package var isAwaited: Bool { isShapeOnly && borrowed.unsafelyUnwrapped.owner != nil }
  /// Why a computation on shapes failed, where this is its result.
  package var error: ShapeError? { borrowed?.error }

  static func isRowMajor(_ shape: Shape, _ strides: Extents) -> Bool {
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
