import CBackpropKernels

/// What may stand between the brackets of `x[…]` for one axis: an `Int`, a range of `Int`, a
/// ``Slice``, ``AxisIndex/all``, ``AxisIndex/ellipsis`` or ``AxisIndex/newAxis``.
public protocol AxisIndex: Sendable {
  /// What this selects.
  var selection: AxisSelection { get }
}

/// What an index selects along an axis.
public enum AxisSelection: Sendable, Hashable {
  /// One position, which removes the axis; negative positions count from the end.
  case position(Int)
  /// Positions from `from` up to `to`, in steps of `by`; `nil` is the end in that direction.
  case slice(from: Int?, to: Int?, by: Int)
  /// All axes that no other index names.
  case ellipsis
  /// A new axis of length 1.
  case newAxis

  /// The bound of a range whose last position is `last`; -1 is the last of the axis. No axis is so long
  /// that a position could be the largest number.
  fileprivate static func end(after last: Int) -> Int? {
    last == -1 ? nil : last == .max ? last : last + 1
  }

  /// All positions of an axis.
  package static let wholeAxis = AxisSelection.slice(from: nil, to: nil, by: 1)
}

/// Positions from `from` up to but not including `to`, in steps of `by`, as Python's
/// `from:to:by`. A step may be negative, and negative positions count from the end.
public struct Slice: AxisIndex {
  public let selection: AxisSelection

  /// The slice `from:to:by`.
  ///
  /// Traps if `by` is 0.
  ///
  /// - Parameters:
  ///   - from: the first position; if nil, the end of the axis that the step leads away from.
  ///   - to: the position to stop before; if nil, the slice runs to the other end.
  ///   - by: the distance from each position to the next.
  public init(from: Int? = nil, to: Int? = nil, by: Int = 1) {
    guard by != 0 else { fatalError("Slice: the step is 0; a step moves forward or back") }
    selection = .slice(from: from, to: to, by: by)
  }
}

/// An index that is neither a number nor a range; made by ``AxisIndex/all`` and its like.
public struct SpecialIndex: AxisIndex {
  public let selection: AxisSelection
}

extension AxisIndex where Self == SpecialIndex {
  /// The whole axis: Python's `:`.
  public static var all: SpecialIndex { .init(selection: .slice(from: nil, to: nil, by: 1)) }
  /// All axes that no other index names: Python's `...`.
  public static var ellipsis: SpecialIndex { .init(selection: .ellipsis) }
  /// A new axis of length 1: NumPy's `newaxis`.
  public static var newAxis: SpecialIndex { .init(selection: .newAxis) }
}

extension Int: AxisIndex {
  public var selection: AxisSelection { .position(self) }
}
extension Range<Int>: AxisIndex {
  public var selection: AxisSelection { .slice(from: lowerBound, to: upperBound, by: 1) }
}
extension ClosedRange<Int>: AxisIndex {
  public var selection: AxisSelection {
    .slice(from: lowerBound, to: AxisSelection.end(after: upperBound), by: 1)
  }
}
extension PartialRangeFrom<Int>: AxisIndex {
  public var selection: AxisSelection { .slice(from: lowerBound, to: nil, by: 1) }
}
extension PartialRangeUpTo<Int>: AxisIndex {
  public var selection: AxisSelection { .slice(from: nil, to: upperBound, by: 1) }
}
extension PartialRangeThrough<Int>: AxisIndex {
  public var selection: AxisSelection {
    .slice(from: nil, to: AxisSelection.end(after: upperBound), by: 1)
  }
}

extension NDArray {
  /// A part of the array, as NumPy's basic indexing gives it: a view, which costs nothing.
  ///
  /// ```swift
  /// a[0, 1]                    // one element
  /// a[0..<2, 1..<3]            // rows 0 and 1, columns 1 and 2
  /// a[.all, -1]                // the last column
  /// a[.ellipsis, .newAxis]     // one more axis at the end
  /// a[Slice(by: -1)]           // rows from last to first
  /// a[0..<2, 1..<3] = NDArray([[7, 7], [7, 7]])
  /// ```
  ///
  /// Assigning broadcasts the new elements to the part.
  ///
  /// Traps if there are more indices than axes, or one reaches past the end of its axis, where NumPy
  /// quietly shortens a range; and if new elements do not broadcast to the part or are of another
  /// type.
  public subscript(indices: any AxisIndex...) -> NDArray {
    get { view(indices.map(\.selection)) }
    set { assign(newValue, to: indices.map(\.selection)) }
  }

  /// Replaces the part that the selections name with `elements`, broadcast.
  package mutating func assign(_ elements: NDArray, to selections: [AxisSelection]) {
    do throws(ShapeError) {
      makeUnique()
      let target = try checkedView(selections)
      guard elements.scalarType == scalarType else {
        throw ShapeError(
          "assignment", [target.shape, elements.shape],
          "the array is \(scalarType) and the new elements \(elements.scalarType)",
          hint: "convert them, with cast(to: .\(scalarType))")
      }
      guard Shape.broadcast(target.shape, elements.shape) == target.shape else {
        throw ShapeError.broadcast("assignment", target.shape, elements.shape)
      }
      Elements.assign(elements.storage, to: target.storage)
    } catch { error.trap() }
  }

  /// Adds `elements` to the part that the selections name, in place.
  package mutating func add(_ elements: NDArray, to selections: [AxisSelection]) {
    makeUnique()
    let part = view(selections)
    if part.isContiguous {
      Elementwise.binary(BP_ADD, part, elements, into: part)
    } else {
      let sum = NDArray(uninitialized: part.shape, scalarType)
      Elementwise.binary(BP_ADD, part, elements, into: sum)
      part.overwrite(with: sum)
    }
  }

  /// Writes `elements`, of this view's shape and type, in the memory that it shows, which nothing
  /// else sees yet.
  package func overwrite(with elements: NDArray) {
    if isContiguous {
      Elements.copy(elements.storage, to: storage)
    } else {
      Elements.assign(elements.storage, to: storage)
    }
  }

  /// Writes zeros in memory that nothing else sees yet.
  package func fillWithZeros() {
    storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: storage.byteCount)
  }

  /// The part that the selections name; traps if there is none.
  package func view(_ selections: [AxisSelection]) -> NDArray {
    do throws(ShapeError) { return try checkedView(selections) } catch { error.trap() }
  }

  /// The part that the selections name, or the reason why there is none.
  package func checkedView(_ selections: [AxisSelection]) throws(ShapeError) -> NDArray {
    NDArray(
      storage: Storage(viewing: storage, try ArrayLayout(of: storage).selecting(selections)))
  }
}

extension ArrayLayout {
  /// The part that the selections name, or the reason why there is none.
  package func selecting(_ selections: [AxisSelection]) throws(ShapeError) -> ArrayLayout {
    var (named, kept, ellipses) = (0, shape.rank, 0)
    for selection in selections {
      switch selection {
      case .ellipsis: ellipses += 1
      case .newAxis: kept += 1
      case .slice: named += 1
      case .position: (named, kept) = (named + 1, kept - 1)
      }
    }
    guard named <= shape.rank else {
      throw ShapeError("index", [shape], "\(named) indices for \(shape.rank) axes")
    }
    guard ellipses <= 1 else { throw ShapeError("index", [shape], "more than one ellipsis") }
    guard kept <= Extents.capacity else {
      throw ShapeError(
        "index", [shape],
        "the result would have \(kept) axes, and an array has at most \(Extents.capacity)")
    }
    // Of an array without elements, strides and offsets may be more than can be counted; nothing is
    // ever looked up with them.
    var result = ArrayLayout(
      shape: Shape(extents: Extents(), rank: 0), strides: Extents(), offset: offset)
    var (lengths, rank, axis) = (Extents(), 0, 0)

    func append(_ length: Int, _ step: Int) {
      lengths[rank] = length
      result.strides[rank] = step
      rank += 1
    }
    func appendWholeAxes(_ count: Int) {
      for _ in 0..<count {
        append(shape.extents[axis], strides[axis])
        axis += 1
      }
    }

    for selection in selections {
      switch selection {
      case .newAxis:
        append(1, 0)
      case .position(let position):
        let length = shape.extents[axis]
        let index = position < 0 ? position + length : position
        guard index >= 0, index < length else {
          throw ShapeError(
            "index", [shape], "position \(position) of axis \(axis), whose length is \(length)")
        }
        result.offset &+= index &* strides[axis]
        axis += 1
      case .slice(let from, let to, let by):
        let (start, length) = try resolve(from, to, by, axis)
        // With a step so long that the product overflows, there is but one position to step to.
        append(length, strides[axis] &* by)
        result.offset &+= start &* strides[axis]
        axis += 1
      case .ellipsis:
        appendWholeAxes(shape.rank - named)
      }
    }
    appendWholeAxes(shape.rank - axis)
    result.shape = Shape(extents: lengths, rank: rank)
    return result
  }

  private func resolve(
    _ from: Int?, _ to: Int?, _ by: Int, _ axis: Int
  ) throws(ShapeError) -> (start: Int, length: Int) {
    let length = shape.extents[axis]
    // The last bound of a backward slice may lie one before the first element.
    let start = from.map { $0 < 0 ? $0 + length : $0 } ?? (by > 0 ? 0 : length - 1)
    let end = to.map { $0 < 0 ? $0 + length : $0 } ?? (by > 0 ? length : -1)
    if by > 0 {
      guard start >= 0, start <= length, end >= 0, end <= length else {
        throw ShapeError(
          "slice", [shape],
          "\(from ?? 0)..<\(to ?? length) of axis \(axis), whose length is \(length)")
      }
      return (start, end > start ? (end - start - 1) / by + 1 : 0)
    }
    guard start >= -1, start < Swift.max(length, 1), end >= -1, end <= length else {
      throw ShapeError(
        "slice", [shape],
        "from \(start) back to \(end) of axis \(axis), whose length is \(length)")
    }
    let count = start > end ? Int(UInt(start - end - 1) / by.magnitude) + 1 : 0
    return (count == 0 ? 0 : start, count)
  }
}
