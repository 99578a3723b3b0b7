extension NDArray {
  /// The same elements in row-major order under another shape. One length may be -1: it is worked
  /// out from the others. A view of a contiguous array, a copy of any other.
  ///
  /// ```swift
  /// images.reshaped(to: [-1, 784])     // (60000, 28, 28) -> (60000, 784)
  /// ```
  ///
  /// Traps if the new shape does not hold as many elements, or a length is negative, except for one
  /// -1.
  public func reshaped(to lengths: [Int]) -> NDArray {
    do throws(ShapeError) {
      return reshaped(to: try Self.resolve(lengths, for: shape))
    } catch { error.trap() }
  }

  /// The same elements in row-major order under another shape.
  ///
  /// Traps if the new shape does not hold as many elements.
  public func reshaped(to newShape: Shape) -> NDArray {
    if newShape == shape { return self }
    guard newShape.checkedElementCount == count else {
      do throws(ShapeError) {
        return reshaped(to: try Self.resolve(Array(newShape), for: shape))
      } catch { error.trap() }
    }
    // A view where the elements lie so that there is one: a row of heads · numbers as heads of numbers,
    // even if the rows are parts of longer ones.
    if let strides = storage.strides(reshapedTo: newShape) {
      return NDArray(
        storage: Storage(viewing: storage, offset: 0, shape: newShape, strides: strides))
    }
    return NDArray(
      storage: Storage(
        viewing: copy().storage, offset: 0, shape: newShape, strides: newShape.rowMajorStrides))
  }

  /// The shape that `lengths`, of which one may be -1, means for an array of `shape`.
  package static func resolve(_ lengths: [Int], for shape: Shape) throws(ShapeError) -> Shape {
    guard lengths.count <= Extents.capacity else {
      throw ShapeError(
        "reshape", [shape],
        "\(lengths) has \(lengths.count) axes, and an array has at most \(Extents.capacity)")
    }
    var known: Int? = 1
    var open: Int?
    for (axis, length) in lengths.enumerated() {
      if length == -1, open == nil {
        open = axis
      } else if length < 0 {
        throw ShapeError("reshape", [shape], "\(lengths) is no shape: one length at most may be -1")
      } else {
        known = known.flatMap { $0.multiplied(byCounting: length) }
      }
    }
    var result = lengths
    if let open {
      guard let known, known > 0, shape.elementCount % known == 0 else {
        throw ShapeError(
          "reshape", [shape],
          "\(shape.elementCount) elements do not divide evenly into \(lengths)")
      }
      result[open] = shape.elementCount / known
    } else if known != shape.elementCount {
      throw ShapeError(
        "reshape", [shape, Shape(result)],
        "the array holds \(shape.elementCount) elements and the new shape "
          + (known.map(String.init) ?? "more than can be counted"),
        hint: "write -1 for the length that should be worked out")
    }
    return Shape(result)
  }

  /// All elements as a vector, in row-major order.
  public func flattened() -> NDArray { reshaped(to: Shape([count])) }

  /// The axes in another order: axis i of the result is axis `order[i]` of this array. Without an
  /// order, the axes are reversed. A view.
  ///
  /// Traps if `order` does not name each axis once.
  public func transposed(_ order: [Int]? = nil) -> NDArray {
    view { layout throws(ShapeError) in try layout.transposed(order) }
  }

  /// The matrix with rows and columns exchanged; of more axes, the last two are. A view.
  public var matrixTransposed: NDArray { rank < 2 ? self : view { $0.matrixTransposed } }

  /// The array repeated along axes of length 1, and along new axes in front, to `target`. A view
  /// that takes no memory.
  ///
  /// Traps if the shape does not broadcast to `target`.
  public func broadcast(to target: Shape) -> NDArray {
    target == shape ? self : view { layout throws(ShapeError) in try layout.broadcast(to: target) }
  }

  /// The array with a new axis of length 1 at `axis` (-1 puts it last). A view.
  ///
  /// Traps if there is no such place, or the array has eight axes already.
  public func expandingDimension(at axis: Int) -> NDArray {
    view { layout throws(ShapeError) in try layout.expandingDimension(at: axis) }
  }

  /// The array without axis `axis`, which must have the length 1, or without all its axes of length
  /// 1. A view.
  ///
  /// Traps if there is no such axis, or its length is not 1.
  public func squeezed(axis: Int? = nil) -> NDArray {
    view { layout throws(ShapeError) in try layout.squeezed(axis) }
  }

  private func view(_ change: (ArrayLayout) throws(ShapeError) -> ArrayLayout) -> NDArray {
    do throws(ShapeError) {
      return NDArray(storage: Storage(viewing: storage, try change(ArrayLayout(of: storage))))
    } catch { error.trap() }
  }
}

extension Storage {
  /// The strides by which the elements lie in row-major order of a shape of as many; `nil` where no
  /// strides say it.
  ///
  /// Axes of both shapes are taken together until their lengths multiply to the same. Old axes of such a
  /// group must lie evenly one inside the other; the new ones then do too.
  fileprivate func strides(reshapedTo newShape: Shape) -> Extents? {
    if isContiguous { return newShape.rowMajorStrides }
    if elementCount == 0 { return nil }
    let (lengths, steps) = (shape.extents, strides)
    var result = Extents()
    var (old, new) = (0, 0)
    while new < newShape.rank {
      var (oldEnd, newEnd) = (old, new + 1)
      var (oldCount, newCount) = (1, newShape.extents[new])
      while oldCount != newCount {
        if oldCount < newCount {
          oldCount &*= lengths[oldEnd]
          oldEnd += 1
        } else {
          newCount &*= newShape.extents[newEnd]
          newEnd += 1
        }
      }
      // The step of the innermost old axis longer than one, with all others around it.
      var step: Int?
      var covered = 1
      for axis in (old..<oldEnd).reversed() where lengths[axis] != 1 {
        if let step, steps[axis] != step &* covered { return nil }
        if step == nil { step = steps[axis] }
        covered &*= lengths[axis]
      }
      var next = step ?? 1
      for axis in (new..<newEnd).reversed() {
        result[axis] = next
        next &*= newShape.extents[axis]
      }
      (old, new) = (oldEnd, newEnd)
    }
    return result
  }
}
