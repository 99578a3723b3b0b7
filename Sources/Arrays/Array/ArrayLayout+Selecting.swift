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
      case .positions:
        throw ShapeError(
          "index", [shape], "an array of positions has no view",
          hint: "take elements by positions from a Tensor of this array")
      }
    }
    try requireAxes(named, ellipses)
    try requireRank(kept)
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
        result.offset &+= try offset(of: position, axis)
        axis += 1
      case .slice(let from, let to, let by):
        let (start, length) = try resolve(from, to, by, axis)
        // With a step so long that the product overflows, there is but one position to step to.
        append(length, strides[axis] &* by)
        result.offset &+= start &* strides[axis]
        axis += 1
      case .ellipsis:
        appendWholeAxes(shape.rank - named)
      case .positions: break
      }
    }
    appendWholeAxes(shape.rank - axis)
    result.shape = Shape(extents: lengths, rank: rank)
    return result
  }

  /// Throws unless an index that names `named` axes and has `ellipses` ellipses fits.
  func requireAxes(_ named: Int, _ ellipses: Int) throws(ShapeError) {
    guard named <= shape.rank else {
      throw ShapeError(
        "index", [shape], "\(named) indices for \(shape.rank) axes",
        hint: "an axis that is not there yet is made by .newAxis")
    }
    guard ellipses <= 1 else {
      throw ShapeError(
        "index", [shape], "more than one ellipsis",
        hint: "an ellipsis stands for all axes that are not named; write .all for one axis")
    }
  }

  /// Throws if a result of `rank` axes is none.
  func requireRank(_ rank: Int) throws(ShapeError) {
    guard rank <= Extents.capacity else {
      throw ShapeError(
        "index", [shape],
        "the result would have \(rank) axes, and an array has at most \(Extents.capacity)")
    }
  }

  /// How far from the first position of an axis this one lies, which counts from the end where it is
  /// negative.
  func offset(of position: Int, _ axis: Int) throws(ShapeError) -> Int {
    let length = shape.extents[axis]
    let index = position < 0 ? position &+ length : position
    guard index >= 0, index < length else {
      throw ShapeError(
        "index", [shape], "position \(position) of axis \(axis), whose length is \(length)",
        hint: Self.positions(of: length))
    }
    return index &* strides[axis]
  }

  /// What positions there are, for the hint of an error.
  static func positions(of length: Int) -> String {
    length == 0
      ? "an axis of no length has no positions"
      : "positions are 0 to \(length - 1), or \(-length) to -1 from the end"
  }

  /// The first position of a slice, and how many there are.
  func resolve(
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
          "\(from ?? 0)..<\(to ?? length) of axis \(axis), whose length is \(length)",
          hint: start > length || start < 0
            ? Self.positions(of: length)
            : "to the end is \(from ?? 0)..., and the whole axis is .all")
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
