import CBackpropKernels

/// An index with arrays of positions, NumPy's advanced indexing, and which elements it picks.
///
/// The result has three groups of axes: `outer`, in front of those of the positions; the common shape
/// of the arrays of positions; and `inner`, behind them. An element of it lies at the sum of what each
/// group leads to: the strides of `outer` and `inner`, and for the positions an offset that is worked
/// out once for all.
package struct PositionIndex {
  /// What is in front of the positions: those axes of the array, and the offset of all.
  package let outer: ArrayLayout
  /// The common shape of the arrays of positions.
  package let shape: Shape
  /// What is behind the positions.
  package let inner: ArrayLayout
  /// The axes that the arrays name, in their order: the number, length and stride of each.
  private let indexed: [(axis: Int, length: Int, stride: Int)]
  private let input: Shape

  /// The index whose parts are `parts`, of which `nil` stands for an array of positions, into an array
  /// that lies as `input`.
  ///
  /// - Parameter positions: the arrays, of which only shapes and types are looked at. Without any, all
  ///   is `inner`.
  package init(
    _ input: ArrayLayout, _ parts: [AxisSelection?], _ positions: [NDArray]
  ) throws(ShapeError) {
    for positions in positions {
      let type = positions.scalarType
      guard !type.isFloatingPoint, type != .bool else {
        throw ShapeError(
          "index", [input.shape, positions.shape],
          "the positions are \(type) and not whole numbers",
          hint: type == .bool
            ? "a mask stands between the brackets of x[…]" : "convert them, with cast(to: .int64)")
      }
    }
    self.input = input.shape
    let layout = try input.selecting(parts.map { $0 ?? .wholeAxis })
    let named = parts.count { part in
      switch part {
      case .ellipsis, .newAxis: false
      default: true
      }
    }
    // Numbers go with the arrays: where something else stands between two of them, NumPy puts the
    // positions first, and else in their place.
    var (axis, number, isSplit) = (0, 0, false)
    var (axes, names, start, end): ([Int], [Int], Int?, Int?) = ([], [], nil, nil)
    for (place, part) in parts.enumerated() {
      switch part {
      case nil, .position:
        if let end, end != place { isSplit = true }
        if start == nil { start = axis }
        end = place + 1
        if part == nil {
          axes.append(axis)
          names.append(number)
          axis += 1
        }
        number += 1
      case .slice:
        axis += 1
        number += 1
      case .newAxis: axis += 1
      case .ellipsis:
        axis += input.shape.rank - named
        number += input.shape.rank - named
      case .positions: break
      }
    }
    indexed = zip(axes, names).map { ($1, layout.shape.extents[$0], layout.strides[$0]) }
    shape = try Self.commonShape(positions.map(\.shape), of: input.shape)
    let kept = (0..<layout.shape.rank).filter { !axes.contains($0) }
    let first = isSplit ? 0 : start ?? 0
    outer = layout.keeping(kept.filter { $0 < first }, offset: layout.offset)
    inner = layout.keeping(kept.filter { $0 >= first }, offset: 0)
    try input.requireRank(outer.shape.rank + shape.rank + inner.shape.rank)
    guard resultShape.hasCountableElements else {
      throw ShapeError("index", [input.shape], "more elements than can be counted")
    }
  }

  /// The index of elements that `offsets` found, with other axes around the positions.
  init(outer: ArrayLayout, shape: Shape, inner: ArrayLayout) {
    (self.outer, self.shape, self.inner) = (outer, shape, inner)
    (indexed, input) = ([], shape)
  }

  /// The shape of what is picked.
  package var resultShape: Shape { Shape(Array(outer.shape) + Array(shape) + Array(inner.shape)) }

  private static func commonShape(
    _ positions: [Shape], of array: Shape
  ) throws(ShapeError) -> Shape {
    var common = positions.first ?? .scalar
    for shape in positions.dropFirst() {
      guard let next = Shape.broadcast(common, shape) else {
        throw ShapeError(
          "index", [array] + positions,
          "the shapes of the positions, \(common) and \(shape), do not broadcast",
          hint: "to pick each of one axis with each of another, make one array of positions a "
            + "column: reshaped(to: [-1, 1])")
      }
      common = next
    }
    return common
  }

  /// Which of the picked elements are meant, for each of the positions: how far the element lies from
  /// the first, as a contiguous array of `int64` of the positions' shape.
  ///
  /// - Throws: a position that is not there.
  package func offsets(_ positions: [NDArray]) throws(ShapeError) -> NDArray {
    var total: NDArray?
    for (number, (positions, axis)) in zip(positions, indexed).enumerated() {
      let offsets = NDArray(uninitialized: positions.shape, .int64)
      if let place = Self.write(positions, axis.length, axis.stride, to: offsets) {
        throw missing(place, in: positions, number, axis.axis, axis.length)
      }
      guard let sum = total else {
        total = offsets
        continue
      }
      let next = NDArray(uninitialized: Shape.broadcast(sum.shape, offsets.shape)!, .int64)
      Elementwise.binary(BP_ADD, sum, offsets, into: next)
      total = next
    }
    return total ?? NDArray(scalar: 0 as Int64)
  }

  /// Writes how far each position lies from the first; the place of one that is not there.
  private static func write(
    _ positions: NDArray, _ length: Int, _ stride: Int, to offsets: NDArray
  ) -> Int? {
    let out = offsets.storage.base.assumingMemoryBound(to: Int64.self)
    let (length, stride) = (Int64(length), Int64(stride))
    return positions.cast(to: .int64).withContiguousScalars(as: Int64.self) { positions in
      for index in positions.indices {
        let position = positions[index] < 0 ? positions[index] &+ length : positions[index]
        guard position >= 0, position < length else { return index }
        out[index] = position &* stride
      }
      return nil
    }
  }

  private func missing(
    _ place: Int, in positions: NDArray, _ number: Int, _ axis: Int, _ length: Int
  ) -> ShapeError {
    var (rest, place) = (place, [Int]())
    for length in positions.shape.reversed() {
      place.insert(rest % length, at: 0)
      rest /= length
    }
    let value = positions.view(place.map { .position($0) }).cast(to: .int64).scalars(as: Int64.self)
    let which = indexed.count > 1 ? " of array \(number)" : ""
    return ShapeError(
      "index", [input, positions.shape],
      "position \(value[0]) of axis \(axis), whose length is \(length); it is at "
        + "\(place)\(which) of the positions",
      hint: ArrayLayout.positions(of: length))
  }
}

extension ArrayLayout {
  /// These of the axes, in this order.
  fileprivate func keeping(_ axes: [Int], offset: Int) -> ArrayLayout {
    var (lengths, steps) = (Extents(), Extents())
    for (place, axis) in axes.enumerated() {
      lengths[place] = shape.extents[axis]
      steps[place] = strides[axis]
    }
    return ArrayLayout(
      shape: Shape(extents: lengths, rank: axes.count), strides: steps, offset: offset)
  }

  /// Where element `index` in row-major order lies.
  func offset(ofElement index: Int) -> Int {
    var (rest, result, axis) = (index, offset, shape.rank - 1)
    while axis >= 0 {
      result &+= (rest % shape.extents[axis]) &* strides[axis]
      rest /= shape.extents[axis]
      axis -= 1
    }
    return result
  }

  /// Whether the elements lie one after the other in row-major order.
  var isContiguous: Bool { Storage.isRowMajor(shape, strides) }
}
