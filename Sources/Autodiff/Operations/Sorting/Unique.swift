import BackpropArrays

/// The different elements of a tensor, from ``Tensor/unique()``.
public struct UniqueElements: Sendable {
  /// The different elements in rising order, each once.
  public let values: Tensor
  /// For each element of the tensor, under its shape, the position of its equal in ``values``, as
  /// `int64`.
  public let inverse: Tensor
  /// How often each occurs, as `int64`.
  public let counts: Tensor
}

extension Tensor {
  /// The different elements in rising order: NumPy's and PyTorch's `unique`, with `return_inverse` and
  /// `return_counts`. All NaN are one, the last.
  ///
  /// The gradient of each value goes to its first occurrence.
  ///
  /// How many there are depends on the numbers, so on shapes alone it is an error.
  ///
  /// ```swift
  /// let words = text.unique()
  /// words.values.count                       // the size of the vocabulary
  /// words.inverse                            // the text as numbers
  /// ```
  public func unique() -> UniqueElements {
    if isShapeOnly {
      let failed = failing(
        ShapeError(
          "unique", [shape], "how many different elements there are depends on the numbers"))
      return UniqueElements(values: failed, inverse: failed, counts: failed)
    }
    let flat = flattened()
    let order = flat.argsort()
    let sorted = flat.detached.gather(rows: order)
    guard count > 0 else {
      return UniqueElements(values: flat, inverse: order.reshaped(to: shape), counts: order)
    }
    let (before, after) = (sorted[..<(count - 1)], sorted[1...])
    let isNew = Tensor.concatenate([
      Tensor([true]), (before .!= after) .& .!(before.isNaN() .& after.isNaN()),
    ])
    let groups = isNew.cumulativeSum(axis: 0) - 1
    let inverse = Tensor.zeros([count], scalarType: .int64).scatter(groups, at: order)
    return UniqueElements(
      values: flat.gather(rows: order[isNew]), inverse: inverse.reshaped(to: shape),
      counts: groups.bincount())
  }
}
