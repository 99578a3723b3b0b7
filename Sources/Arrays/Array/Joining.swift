extension NDArray {
  /// Arrays one after the other along an existing axis: NumPy's `concatenate`.
  public static func concatenate(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
    guard let first = arrays.first, let index = first.shape.normalizedAxis(axis) else {
      ShapeError(
        "concatenate", arrays.map(\.shape), "no arrays, or no axis \(axis) to join them along"
      ).trap()
    }
    var shape = first.shape
    for array in arrays.dropFirst() {
      var other = array.shape
      guard other.rank == shape.rank, array.scalarType == first.scalarType else {
        ShapeError(
          "concatenate", arrays.map(\.shape), "the arrays differ in the number of axes or in type"
        ).trap()
      }
      let length = other[index]
      other[index] = shape[index]
      guard other == shape else {
        ShapeError(
          "concatenate", arrays.map(\.shape), "the arrays differ along an axis other than \(axis)"
        ).trap()
      }
      shape[index] += length
    }
    var result = NDArray(uninitialized: shape, first.scalarType)
    var start = 0
    for array in arrays {
      let part: [AxisSelection] = (0..<shape.rank).map {
        $0 == index
          ? .slice(from: start, to: start + array.shape[index], by: 1)
          : .slice(from: nil, to: nil, by: 1)
      }
      result.assign(array, to: part)
      start += array.shape[index]
    }
    return result
  }

  /// Arrays of one shape one beside the other along a new axis: NumPy's `stack`.
  public static func stack(_ arrays: [NDArray], axis: Int = 0) -> NDArray {
    concatenate(arrays.map { $0.expandingDimension(at: axis) }, axis: axis)
  }

  /// The rows (positions along the first axis) named by `rows`, in that order: NumPy's
  /// `x[[3, 1, 3]]`.
  ///
  /// ```swift
  /// let batch = images.gather([59_999, 0, 17])     // shape (3, 784)
  /// ```
  public func gather(_ rows: [Int]) -> NDArray {
    guard rank > 0 else { ShapeError("gather", [shape], "a single number has no rows").trap() }
    var shape = self.shape
    shape[0] = rows.count
    let source = contiguous()
    let result = NDArray(uninitialized: shape, scalarType)
    let rowBytes = self.shape[0] == 0 ? 0 : count / self.shape[0] * scalarType.size
    for (index, row) in rows.enumerated() {
      guard row >= 0, row < self.shape[0] else {
        ShapeError("gather", [self.shape], "row \(row) of \(self.shape[0])").trap()
      }
      (result.storage.base + index * rowBytes).copyMemory(
        from: source.storage.base + row * rowBytes, byteCount: rowBytes)
    }
    return result
  }

  /// For whole numbers i in 0..<`classes`: a vector of zeros with a 1 at i, along a new last axis.
  public func oneHot(classes: Int, _ scalarType: ScalarType = .float32) -> NDArray {
    let positions: [Int64] = cast(to: .int64).scalars()
    var result = NDArray.zeros(Shape(Array(shape) + [classes]), .float64)
    result.withMutableScalars(as: Double.self) { out in
      for (index, position) in positions.enumerated() {
        guard position >= 0, position < classes else {
          ShapeError(
            "oneHot", [shape], "the label \(position) is not one of \(classes) classes"
          ).trap()
        }
        out[index * classes + Int(position)] = 1
      }
    }
    return result.cast(to: scalarType)
  }
}
