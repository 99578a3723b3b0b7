import CBackpropKernels

/// What may stand between the brackets of `x[…]` for one axis: an `Int`, a range of `Int`, a
/// ``Slice``, what `stride(from:to:by:)` and `stride(from:through:by:)` give, ``AxisIndex/all``,
/// ``AxisIndex/ellipsis`` or ``AxisIndex/newAxis``; of a tensor also an array of `Int`, and a tensor
/// of whole numbers or flags.
public protocol AxisIndex: Sendable {
  /// What this selects.
  var selection: AxisSelection { get }
}

/// What an index selects along an axis.
public enum AxisSelection: Sendable {
  /// One position, which removes the axis; negative positions count from the end.
  case position(Int)
  /// Positions from `from` up to `to`, in steps of `by`; `nil` is the end in that direction.
  case slice(from: Int?, to: Int?, by: Int)
  /// All axes that no other index names.
  case ellipsis
  /// A new axis of length 1.
  case newAxis
  /// The positions in an array of whole numbers, under its shape; or those at which an array of
  /// `bool` is true, which stands for as many axes as it has.
  case positions(NDArray)

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

extension StrideTo<Int>: AxisIndex {
  public var selection: AxisSelection { AxisSelection(of: self) }
}
extension StrideThrough<Int>: AxisIndex {
  public var selection: AxisSelection { AxisSelection(of: self) }
}
/// Positions, in any order.
extension Array: AxisIndex where Element == Int {
  public var selection: AxisSelection { .positions(NDArray(self)) }
}

extension AxisSelection {
  /// The positions that a stride goes through.
  fileprivate init(of stride: some Sequence<Int>) {
    var (first, step, last): (Int?, Int?, Int?)
    for position in stride {
      if let first, step == nil { step = position - first }
      if first == nil { first = position }
      last = position
    }
    guard let first, let last else {
      self = .slice(from: 0, to: 0, by: 1)
      return
    }
    // A bound before the first position, or after the last counted from the end, is the end itself.
    let goesBack = (step ?? 1) < 0
    self = .slice(
      from: first, to: goesBack ? (last == 0 ? nil : last - 1) : Self.end(after: last),
      by: step ?? 1)
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
  /// quietly shortens a range, or is an array of positions, which index a tensor; and if new elements
  /// do not broadcast to the part or are of another type.
  public subscript(indices: any AxisIndex...) -> NDArray {
    get { view(indices.map(\.selection)) }
    set { assign(newValue, to: indices.map(\.selection)) }
  }

  /// Replaces the part that the selections name with `elements`, broadcast.
  package mutating func assign(_ elements: NDArray, to selections: [AxisSelection]) {
    do throws(ShapeError) {
      makeUnique()
      let target = try checkedView(selections)
      try Self.requireElements(elements, for: target.shape, scalarType)
      Elements.assign(elements.storage, to: target.storage)
    } catch { error.trap() }
  }

  /// The rule of assignment: elements of the array's type that broadcast to the part of `shape` that
  /// they replace.
  package static func requireElements(
    _ elements: NDArray, for shape: Shape, _ scalarType: ScalarType
  ) throws(ShapeError) {
    guard elements.scalarType == scalarType else {
      throw ShapeError(
        "assignment", [shape, elements.shape],
        "the array is \(scalarType) and the new elements \(elements.scalarType)",
        hint: "convert them, with cast(to: .\(scalarType))")
    }
    guard Shape.broadcast(shape, elements.shape) == shape else {
      throw ShapeError.broadcast("assignment", shape, elements.shape)
    }
  }

  /// Replaces what an index with arrays of positions picks with `elements`, broadcast; of several that
  /// go to one place, the last stays.
  ///
  /// - Parameters:
  ///   - elements: of this array's type, and of a shape that broadcasts to the part.
  ///   - parts: the index, in which `nil` stands for an array of positions.
  ///   - positions: the arrays.
  /// - Throws: why the elements do not fit, or a position that is not there.
  package mutating func assign(
    _ elements: NDArray, to parts: [AxisSelection?], _ positions: [NDArray]
  ) throws(ShapeError) {
    makeUnique()
    let index = try PositionIndex(ArrayLayout(of: storage), parts, positions)
    try Self.requireElements(elements, for: index.resultShape, scalarType)
    if positions.isEmpty {
      return try checkedView(parts.compactMap { $0 }).overwrite(with: elements)
    }
    index.scatter(elements, to: self, try index.offsets(positions))
  }

  /// Adds `elements` to what an index with arrays of positions picks; those that go to one place add
  /// up.
  ///
  /// - Parameters:
  ///   - elements: of this array's type, and of a shape that broadcasts to the part.
  ///   - parts: the index, in which `nil` stands for an array of positions.
  ///   - positions: the arrays.
  /// - Throws: a position that is not there.
  package mutating func add(
    _ elements: NDArray, to parts: [AxisSelection?], _ positions: [NDArray]
  ) throws(ShapeError) {
    if positions.isEmpty { return add(elements, to: parts.compactMap { $0 }) }
    makeUnique()
    let index = try PositionIndex(ArrayLayout(of: storage), parts, positions)
    index.add(elements, to: self, try index.offsets(positions))
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

  /// Writes `elements`, of this view's type and broadcast to its shape, in the memory that it shows,
  /// which nothing else sees yet.
  package func overwrite(with elements: NDArray) {
    if isContiguous, elements.shape == shape {
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
