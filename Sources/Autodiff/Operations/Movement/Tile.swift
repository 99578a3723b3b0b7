import BackpropArrays

extension Tensor {
  /// The tensor beside itself, as many times along each axis as `repetitions` says: NumPy's and
  /// PyTorch's `tile`. With fewer repetitions than axes they are those of the last axes; with more, axes
  /// are added in front.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y over all copies.
  ///
  /// ```swift
  /// Tensor([1, 2]).tiled([2, 3])        // [[1. 2. 1. 2. 1. 2.] [1. 2. 1. 2. 1. 2.]]
  /// ```
  ///
  /// Traps if a number is negative, there are more than eight axes, or more elements than can be
  /// counted.
  public func tiled(_ repetitions: [Int]) -> Tensor {
    checking { () throws(ShapeError) in
      let rank = Swift.max(rank, repetitions.count)
      guard rank <= Extents.capacity, repetitions.allSatisfy({ $0 >= 0 }) else {
        throw ShapeError(
          "tiled", [shape],
          "\(repetitions) are no repetitions along at most \(Extents.capacity) axes")
      }
      let ones = [Int](repeating: 1, count: rank)
      var result = reshaped(to: Shape(ones.prefix(rank - self.rank) + shape))
      for (axis, count) in (ones.prefix(rank - repetitions.count) + repetitions).enumerated()
      where count != 1 {
        // All that is behind stays together.
        result = try result.repeated(count, axis, within: axis, "tiled")
      }
      return result
    }
  }

  /// Each element `count` times one after the other along `axis`: NumPy's `repeat`, PyTorch's
  /// `repeat_interleave`.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y over the copies of each element.
  ///
  /// ```swift
  /// Tensor([1, 2]).repeated(3, axis: 0)           // [1. 1. 1. 2. 2. 2.]
  /// ```
  ///
  /// Traps if there is no such axis, `count` is negative, or there are more elements than can be
  /// counted.
  public func repeated(_ count: Int, axis: Int) -> Tensor {
    checking { () throws(ShapeError) in
      let index = try shape.index(ofAxis: axis, "repeated")
      guard count >= 0 else { throw ShapeError("repeated", [shape], "\(count) times") }
      return try repeated(count, index, within: index + 1, "repeated")
    }
  }

  /// Position i along `axis` `counts[i]` times, one after the other: NumPy's `repeat` of a list.
  ///
  /// ∂L/∂x is the sum of ∂L/∂y over the copies of each element.
  ///
  /// Traps if there is no such axis, a count is negative, or there is not one for each position.
  public func repeated(_ counts: [Int], axis: Int) -> Tensor {
    checking { () throws(ShapeError) in
      let index = try shape.index(ofAxis: axis, "repeated")
      guard counts.count == shape[index], counts.allSatisfy({ $0 >= 0 }) else {
        throw ShapeError(
          "repeated", [shape],
          "the counts \(counts) for the \(shape[index]) positions of axis \(axis)",
          hint: "a single count holds for all positions")
      }
      let positions = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
      return gather(Tensor(positions), axis: index)
    }
  }

  /// The parts from axis `first` on, each `count` times, so that axis `axis` is as many times as long.
  private func repeated(
    _ count: Int, _ axis: Int, within first: Int, _ operation: String
  ) throws(ShapeError) -> Tensor {
    var lengths = shape
    guard let length = shape[axis].multiplied(byCounting: count) else {
      throw ShapeError(operation, [shape], "axis \(axis) would be longer than can be counted")
    }
    lengths[axis] = length
    guard lengths.hasCountableElements else {
      throw ShapeError(operation, [shape], "more elements than can be counted")
    }
    if lengths.elementCount == 0 { return reshapedToNothing(lengths) }
    let (front, back) = (
      Shape(shape.prefix(first)).elementCount, Shape(shape.dropFirst(first)).elementCount
    )
    return reshaped(to: Shape([front, 1, back])).broadcast(to: Shape([front, count, back]))
      .reshaped(to: lengths)
  }

  /// No elements, of which none depends on this tensor's.
  private func reshapedToNothing(_ target: Shape) -> Tensor {
    flattened()[0..<0].reshaped(to: target)
  }
}
