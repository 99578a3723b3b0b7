/// The lengths of an array's axes, outermost first: `[60000, 28, 28]`.
///
/// An array has at most eight axes. The shape `[]` is that of a single number.
public struct Shape: Sendable, Hashable {
  @usableFromInline
  package var extents: Extents
  // A byte, so that what follows a shape in memory lies close behind it.
  @usableFromInline
  var byteRank: UInt8

  /// The shape with these lengths.
  ///
  /// Traps if there are more than eight, or one is negative.
  public init(_ lengths: some Collection<Int>) {
    guard lengths.count <= Extents.capacity else {
      fatalError(
        "Shape: \(lengths.count) axes in \(Array(lengths)), but an array has at most "
          + "\(Extents.capacity); reshape it to fewer")
    }
    extents = Extents()
    byteRank = UInt8(lengths.count)
    for (axis, length) in lengths.enumerated() {
      guard length >= 0 else {
        fatalError("Shape: the length \(length) of axis \(axis) in \(Array(lengths)) is negative")
      }
      extents[axis] = length
    }
  }

  /// The shape with these lengths.
  ///
  /// Traps if there are more than eight, or one is negative.
  // Beside the generic initializer, which a call from another module runs unspecialised.
  public init(_ lengths: [Int]) { self.init(lengths[...]) }

  package init(extents: Extents, rank: Int) {
    self.extents = extents
    byteRank = UInt8(rank)
  }

  /// The shape of a matrix, made without an array of its lengths.
  package init(rows: Int, columns: Int) {
    extents = Extents(rows, columns)
    byteRank = 2
  }

  /// The shape of a vector, made without an array of its length.
  package init(count: Int) {
    extents = Extents(count, 0)
    byteRank = 1
  }

  /// The shape of a single number.
  package static let scalar = Shape(extents: Extents(), rank: 0)

  /// The number of axes.
  @inlinable
  public var rank: Int { Int(byteRank) }

  @inlinable
  public static func == (a: Shape, b: Shape) -> Bool {
    a.byteRank == b.byteRank && a.extents == b.extents
  }

  /// The number of elements: the product of all lengths, 1 for the shape `[]`.
  ///
  /// Traps if it does not fit in an `Int`.
  public var elementCount: Int {
    guard let count = checkedElementCount else { trapUncountable() }
    return count
  }

  @inline(never)
  func trapUncountable() -> Never {
    fatalError("Shape: \(self) holds more elements than can be counted")
  }

  /// The number of elements, or `nil` where it does not fit in an `Int`.
  @inline(__always)
  package var checkedElementCount: Int? {
    if rank == 2 {
      let (product, overflows) = extents[0].multipliedReportingOverflow(by: extents[1])
      return overflows ? nil : product
    }
    var product = 1
    for axis in 0..<rank {
      let (next, overflows) = product.multipliedReportingOverflow(by: extents[axis])
      if overflows { return nil }
      product = next
    }
    return product
  }

  /// Whether the number of elements fits in an `Int`.
  package var hasCountableElements: Bool { checkedElementCount != nil }

  /// The strides, in elements, of an array of this shape whose last axis is contiguous.
  package var rowMajorStrides: Extents {
    if byteRank == 2 { return Extents(extents[1], 1) }
    var strides = Extents()
    var step = 1
    var axis = rank - 1
    while axis >= 0 {
      strides[axis] = step
      step &*= extents[axis]
      axis -= 1
    }
    return strides
  }

  /// `axis` counted from the front, so that -1 is the last; `nil` when there is no such axis.
  package func normalizedAxis(_ axis: Int) -> Int? {
    let index = axis < 0 ? axis + rank : axis
    return index >= 0 && index < rank ? index : nil
  }

  /// The same, or the error of `operation` that there is no such axis.
  package func index(ofAxis axis: Int, _ operation: String) throws(ShapeError) -> Int {
    guard let index = normalizedAxis(axis) else {
      throw noAxis(axis, operation)
    }
    return index
  }

  /// The error of an axis that is not there.
  package func noAxis(_ axis: Int, _ operation: String) -> ShapeError {
    ShapeError(
      operation, [self], "there is no axis \(axis) among \(rank) axes",
      hint: rank == 0
        ? "a single number has no axes"
        : rank == 1
          ? "the only axis is 0, or -1 from the last"
          : "axes are 0 to \(rank - 1), or -1 to -\(rank) from the last")
  }

  /// The shape without the axis at `axis`.
  package func removing(axis: Int) -> Shape {
    var result = Extents()
    var next = 0
    for index in 0..<rank where index != axis {
      result[next] = extents[index]
      next += 1
    }
    return Shape(extents: result, rank: rank - 1)
  }

  /// The shape to which arrays of shapes `a` and `b` broadcast, as NumPy rules it, or `nil`.
  ///
  /// Axes are matched from the last; two lengths fit when they are equal or one of them is 1, and
  /// a missing axis counts as 1.
  ///
  /// Source: [NumPy, Broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html).
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    let rank = Swift.max(a.rank, b.rank)
    var result = Extents()
    for axis in 0..<rank {
      let i = axis - (rank - a.rank)
      let j = axis - (rank - b.rank)
      let m = i < 0 ? 1 : a.extents[i]
      let n = j < 0 ? 1 : b.extents[j]
      guard m == n || m == 1 || n == 1 else { return nil }
      result[axis] = m == 1 ? n : m
    }
    return Shape(extents: result, rank: rank)
  }
}

extension Shape: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rank }

  /// The length of the axis at `axis`, counted from the front.
  ///
  /// Traps if there is no such axis, or the new length is negative.
  public subscript(axis: Int) -> Int {
    get {
      guard axis >= 0, axis < rank else {
        fatalError("Shape: axis \(axis) of the shape \(self), which has \(rank) axes")
      }
      return extents[axis]
    }
    set {
      guard axis >= 0, axis < rank else {
        fatalError("Shape: axis \(axis) of the shape \(self), which has \(rank) axes")
      }
      guard newValue >= 0 else {
        fatalError("Shape: the length \(newValue) of axis \(axis) is negative")
      }
      extents[axis] = newValue
    }
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral lengths: Int...) { self.init(lengths) }
}

extension Shape: CustomStringConvertible {
  /// `(100, 784)`, `(50,)`, `()`: as NumPy prints a shape.
  public var description: String {
    rank == 1 ? "(\(extents[0]),)" : "(\(map(String.init).joined(separator: ", ")))"
  }
}

extension Shape: Codable {
  public init(from decoder: any Decoder) throws {
    let lengths = try [Int](from: decoder)
    guard lengths.count <= Extents.capacity, lengths.allSatisfy({ $0 >= 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(lengths) is not a shape"))
    }
    self.init(lengths)
    guard checkedElementCount != nil else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "\(lengths) holds more elements than can be counted"))
    }
  }

  public func encode(to encoder: any Encoder) throws { try Array(self).encode(to: encoder) }
}

extension Int {
  /// This count times another, or `nil` where there are more than can be counted.
  package func multiplied(byCounting other: Int) -> Int? {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? nil : product
  }

  /// This count plus another, or `nil` where there are more than can be counted.
  package func added(byCounting other: Int) -> Int? {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? nil : sum
  }
}

extension Shape {
  /// The shape without the axes for which `isRemoved`.
  package func removing(_ isRemoved: (Int) -> Bool) -> Shape {
    var lengths = Extents()
    var kept = 0
    for axis in 0..<rank where !isRemoved(axis) {
      lengths[kept] = extents[axis]
      kept += 1
    }
    return Shape(extents: lengths, rank: kept)
  }

  /// Which axes a reduction over `axes` removes, all of them if it is `nil`, and the shape that is
  /// left with them kept as length 1.
  ///
  /// - Parameter needsElements: whether there is no result of nothing, as there is no largest.
  package func reduced(
    _ operation: String, _ axes: [Int]?, needsElements: Bool = false
  ) throws(ShapeError) -> (isReduced: [Bool], kept: Shape) {
    var isReduced = [Bool](repeating: axes == nil, count: rank)
    for axis in axes ?? [] {
      guard let index = normalizedAxis(axis) else {
        throw noAxis(axis, operation)
      }
      guard !isReduced[index] else {
        throw ShapeError(
          operation, [self], "the axes \(axes ?? []) name axis \(index) twice",
          hint: "name each axis once; negative axes count from the last")
      }
      isReduced[index] = true
    }
    var kept = self
    for axis in 0..<rank where isReduced[axis] { kept.extents[axis] = 1 }
    guard !needsElements || elementCount > 0 || kept.elementCount == 0 else {
      throw ShapeError(operation, [self], "an empty array has no \(operation)")
    }
    return (isReduced, kept)
  }
}
