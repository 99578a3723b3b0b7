/// The lengths of an array's axes, outermost first: `[60000, 28, 28]`.
///
/// An array has at most eight axes. The shape `[]` is that of a single number.
public struct Shape: Sendable, Hashable {
  package var extents: Extents
  private var axisCount: Int

  /// The shape with these lengths.
  public init(_ lengths: some Collection<Int>) {
    guard lengths.count <= Extents.capacity else {
      fatalError(
        "Shape: \(lengths.count) axes in \(Array(lengths)), but an array has at most "
          + "\(Extents.capacity); reshape it to fewer")
    }
    extents = Extents()
    axisCount = lengths.count
    for (axis, length) in lengths.enumerated() {
      guard length >= 0 else {
        fatalError("Shape: the length \(length) of axis \(axis) in \(Array(lengths)) is negative")
      }
      extents[axis] = length
    }
  }

  package init(extents: Extents, rank: Int) {
    self.extents = extents
    self.axisCount = rank
  }

  /// The shape of a matrix, made without an array of its lengths.
  package init(rows: Int, columns: Int) {
    extents = Extents()
    extents[0] = rows
    extents[1] = columns
    axisCount = 2
  }

  /// The shape of a vector, made without an array of its length.
  package init(count: Int) {
    extents = Extents()
    extents[0] = count
    axisCount = 1
  }

  /// The shape of a single number.
  package static let scalar = Shape(extents: Extents(), rank: 0)

  /// The number of axes.
  public var rank: Int { axisCount }

  /// The number of elements: the product of all lengths, 1 for the shape `[]`.
  public var elementCount: Int {
    guard let count = checkedElementCount else {
      fatalError("Shape: \(self) holds more elements than can be counted")
    }
    return count
  }

  /// The number of elements, or `nil` where it does not fit in an `Int`.
  private var checkedElementCount: Int? {
    var product = 1
    for axis in 0..<axisCount {
      let (next, overflows) = product.multipliedReportingOverflow(by: extents[axis])
      if overflows { return nil }
      product = next
    }
    return product
  }

  /// The strides, in elements, of an array of this shape whose last axis is contiguous.
  package var rowMajorStrides: Extents {
    var strides = Extents()
    if axisCount == 2 {
      strides[0] = extents[1]
      strides[1] = 1
      return strides
    }
    var step = 1
    var axis = axisCount - 1
    while axis >= 0 {
      strides[axis] = step
      step &*= extents[axis]
      axis -= 1
    }
    return strides
  }

  /// `axis` counted from the front, so that -1 is the last; `nil` when there is no such axis.
  package func normalizedAxis(_ axis: Int) -> Int? {
    let index = axis < 0 ? axis + axisCount : axis
    return index >= 0 && index < axisCount ? index : nil
  }

  /// The shape without the axis at `axis`.
  package func removing(axis: Int) -> Shape {
    var result = Extents()
    var next = 0
    for index in 0..<axisCount where index != axis {
      result[next] = extents[index]
      next += 1
    }
    return Shape(extents: result, rank: axisCount - 1)
  }

  /// The shape to which arrays of shapes `a` and `b` broadcast, as NumPy rules it, or `nil`.
  ///
  /// Axes are matched from the last; two lengths fit when they are equal or one of them is 1, and
  /// a missing axis counts as 1.
  ///
  /// Source: [NumPy, Broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html).
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    let rank = Swift.max(a.axisCount, b.axisCount)
    var result = Extents()
    for axis in 0..<rank {
      let i = axis - (rank - a.axisCount)
      let j = axis - (rank - b.axisCount)
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
  public var endIndex: Int { axisCount }

  /// The length of the axis at `axis`, counted from the front.
  public subscript(axis: Int) -> Int {
    get {
      guard axis >= 0, axis < axisCount else {
        fatalError("Shape: axis \(axis) of the shape \(self), which has \(axisCount) axes")
      }
      return extents[axis]
    }
    set {
      guard axis >= 0, axis < axisCount else {
        fatalError("Shape: axis \(axis) of the shape \(self), which has \(axisCount) axes")
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
    axisCount == 1 ? "(\(extents[0]),)" : "(\(map(String.init).joined(separator: ", ")))"
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
