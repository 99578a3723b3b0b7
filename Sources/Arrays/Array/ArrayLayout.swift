/// How an array lies in memory: the lengths of its axes and the distance in elements from one
/// element to the next along each, and where the first lies.
///
/// Views are made of these alone, with or without numbers: a view's shape rule and the view itself
/// are one function of layouts.
package struct ArrayLayout {
  package var shape: Shape
  package var strides: Extents
  /// Elements from the first of the array that is viewed.
  package var offset = 0

  package init(shape: Shape, strides: Extents, offset: Int = 0) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
  }

  /// How a storage lies.
  package init(of storage: Storage) { self.init(shape: storage.shape, strides: storage.strides) }

  /// The axes in another order: axis i of the result is axis `order[i]` of this one. Without an
  /// order, the axes are reversed.
  package func transposed(_ order: [Int]?) throws(ShapeError) -> ArrayLayout {
    let rank = shape.rank
    var lengths = Extents()
    var steps = Extents()
    guard let order else {
      for index in 0..<rank {
        lengths[index] = shape.extents[rank - 1 - index]
        steps[index] = strides[rank - 1 - index]
      }
      return ArrayLayout(shape: Shape(extents: lengths, rank: rank), strides: steps, offset: offset)
    }
    var isNamed = [Bool](repeating: false, count: rank)
    guard order.count == rank else { throw Self.notAnOrder(order, shape) }
    for (index, axis) in order.enumerated() {
      guard let axis = shape.normalizedAxis(axis), !isNamed[axis] else {
        throw Self.notAnOrder(order, shape)
      }
      isNamed[axis] = true
      lengths[index] = shape.extents[axis]
      steps[index] = strides[axis]
    }
    return ArrayLayout(shape: Shape(extents: lengths, rank: rank), strides: steps, offset: offset)
  }

  private static func notAnOrder(_ order: [Int], _ shape: Shape) -> ShapeError {
    ShapeError("transpose", [shape], "\(order) does not name each of the \(shape.rank) axes once")
  }

  /// Rows and columns exchanged: the last two axes, if there are two.
  package var matrixTransposed: ArrayLayout {
    let rank = shape.rank
    guard rank >= 2 else { return self }
    var (lengths, steps) = (shape.extents, strides)
    (lengths[rank - 1], lengths[rank - 2]) = (lengths[rank - 2], lengths[rank - 1])
    (steps[rank - 1], steps[rank - 2]) = (steps[rank - 2], steps[rank - 1])
    return ArrayLayout(shape: Shape(extents: lengths, rank: rank), strides: steps, offset: offset)
  }

  /// Repeated along axes of length 1, and along new axes in front, to `target`.
  package func broadcast(to target: Shape) throws(ShapeError) -> ArrayLayout {
    guard Shape.broadcast(shape, target) == target else {
      throw ShapeError.broadcast("broadcast", shape, target)
    }
    guard target.hasCountableElements else {
      throw ShapeError("broadcast", [shape, target], "more elements than can be counted")
    }
    var steps = Extents()
    let missing = target.rank - shape.rank
    for axis in 0..<shape.rank where shape.extents[axis] == target.extents[axis + missing] {
      steps[axis + missing] = strides[axis]
    }
    return ArrayLayout(shape: target, strides: steps, offset: offset)
  }

  /// With a new axis of length 1 at `axis`; -1 puts it last.
  package func expandingDimension(at axis: Int) throws(ShapeError) -> ArrayLayout {
    let rank = shape.rank
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank else {
      throw ShapeError("expandingDimension", [shape], "there is no place \(axis) for an axis")
    }
    guard rank < Extents.capacity else {
      throw ShapeError(
        "expandingDimension", [shape], "an array has at most \(Extents.capacity) axes")
    }
    var lengths = Extents()
    var steps = Extents()
    for index in 0...rank {
      let old = index < place ? index : index - 1
      lengths[index] = index == place ? 1 : shape.extents[old]
      steps[index] = index == place ? 0 : strides[old]
    }
    return ArrayLayout(
      shape: Shape(extents: lengths, rank: rank + 1), strides: steps, offset: offset)
  }

  /// Without axis `axis`, which must have the length 1; without all axes of length 1 if it is `nil`.
  package func squeezed(_ axis: Int?) throws(ShapeError) -> ArrayLayout {
    var removed: Int?
    if let axis {
      guard let index = shape.normalizedAxis(axis) else {
        throw shape.noAxis(axis, "squeeze")
      }
      guard shape.extents[index] == 1 else {
        throw ShapeError(
          "squeeze", [shape], "axis \(axis) has the length \(shape.extents[index]), not 1")
      }
      removed = index
    }
    var lengths = Extents()
    var steps = Extents()
    var rank = 0
    for index in 0..<shape.rank where axis == nil ? shape.extents[index] != 1 : index != removed {
      lengths[rank] = shape.extents[index]
      steps[rank] = strides[index]
      rank += 1
    }
    return ArrayLayout(shape: Shape(extents: lengths, rank: rank), strides: steps, offset: offset)
  }
}

extension Storage {
  /// The view of `storage` that lies as `layout` says.
  package convenience init(viewing storage: Storage, _ layout: ArrayLayout) {
    self.init(
      viewing: storage, offset: layout.offset, shape: layout.shape, strides: layout.strides)
  }
}
