extension NDArray {
  /// The same elements in row-major order under another shape. One length may be -1: it is worked
  /// out from the others. A view of a contiguous array, a copy of any other.
  ///
  /// ```swift
  /// images.reshaped(to: [-1, 784])     // (60000, 28, 28) -> (60000, 784)
  /// ```
  public func reshaped(to lengths: [Int]) -> NDArray {
    do throws(ShapeError) {
      return reshaped(to: try Self.resolve(lengths, for: shape))
    } catch { error.trap() }
  }

  /// The same elements in row-major order under another shape.
  public func reshaped(to newShape: Shape) -> NDArray {
    if newShape == shape { return self }
    guard newShape.elementCount == count else {
      do throws(ShapeError) {
        return reshaped(to: try Self.resolve(Array(newShape), for: shape))
      } catch { error.trap() }
    }
    return NDArray(
      storage: Storage(
        viewing: contiguous().storage, offset: 0, shape: newShape,
        strides: newShape.rowMajorStrides))
  }

  /// The shape that `lengths`, of which one may be -1, means for an array of `shape`.
  package static func resolve(_ lengths: [Int], for shape: Shape) throws(ShapeError) -> Shape {
    var known = 1
    var open: Int?
    for (axis, length) in lengths.enumerated() {
      if length == -1, open == nil {
        open = axis
      } else if length < 0 {
        throw ShapeError("reshape", [shape], "\(lengths) is no shape: one length at most may be -1")
      } else {
        known *= length
      }
    }
    var result = lengths
    if let open {
      guard known > 0, shape.elementCount % known == 0 else {
        throw ShapeError(
          "reshape", [shape],
          "\(shape.elementCount) elements do not divide evenly into \(lengths)")
      }
      result[open] = shape.elementCount / known
    }
    let total = result.reduce(1, *)
    guard total == shape.elementCount else {
      throw ShapeError(
        "reshape", [shape, Shape(result)],
        "the array holds \(shape.elementCount) elements and the new shape \(total)",
        hint: "write -1 for the length that should be worked out")
    }
    return Shape(result)
  }

  /// All elements as a vector, in row-major order.
  public func flattened() -> NDArray { reshaped(to: Shape([count])) }

  /// The axes in another order: axis i of the result is axis `order[i]` of this array. Without an
  /// order, the axes are reversed. A view.
  public func transposed(_ order: [Int]? = nil) -> NDArray {
    do throws(ShapeError) {
      let axes = try Self.axisOrder(order, for: shape)
      var lengths = Extents()
      var steps = Extents()
      let strides = storage.strides
      for (index, axis) in axes.enumerated() {
        lengths[index] = shape.extents[axis]
        steps[index] = strides[axis]
      }
      return NDArray(
        storage: Storage(
          viewing: storage, offset: 0, shape: Shape(extents: lengths, rank: rank), strides: steps))
    } catch { error.trap() }
  }

  package static func axisOrder(_ order: [Int]?, for shape: Shape) throws(ShapeError) -> [Int] {
    guard let order else { return Array((0..<shape.rank).reversed()) }
    let axes = order.map { shape.normalizedAxis($0) ?? -1 }
    guard axes.sorted() == Array(0..<shape.rank) else {
      throw ShapeError(
        "transpose", [shape], "\(order) does not name each of the \(shape.rank) axes once")
    }
    return axes
  }

  /// The matrix with rows and columns exchanged; of more axes, the last two are. A view.
  public var matrixTransposed: NDArray {
    guard rank >= 2 else { return self }
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    return transposed(order)
  }

  /// The array repeated along axes of length 1, and along new axes in front, to `target`. A view
  /// that takes no memory.
  public func broadcast(to target: Shape) -> NDArray {
    if target == shape { return self }
    guard Shape.broadcast(shape, target) == target else {
      ShapeError.broadcast("broadcast", shape, target).trap()
    }
    var steps = Extents()
    let strides = storage.strides
    let missing = target.rank - rank
    for axis in 0..<rank where shape.extents[axis] == target.extents[axis + missing] {
      steps[axis + missing] = strides[axis]
    }
    return NDArray(
      storage: Storage(viewing: storage, offset: 0, shape: target, strides: steps))
  }

  /// The array with a new axis of length 1 at `axis` (-1 puts it last). A view.
  public func expandingDimension(at axis: Int) -> NDArray {
    let index = axis < 0 ? axis + rank + 1 : axis
    guard index >= 0, index <= rank else {
      ShapeError("expandingDimension", [shape], "there is no place \(axis) for an axis").trap()
    }
    return view([AxisSelection](repeating: .wholeAxis, count: index) + [.newAxis])
  }

  /// The array without its axes of length 1. A view.
  public func squeezed() -> NDArray { view(shape.map { $0 == 1 ? .position(0) : .wholeAxis }) }
}
