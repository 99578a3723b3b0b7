import BackpropArrays

extension Tensor {
  /// The tensor cut along `axis` into `count` parts of equal length: NumPy's `split`. Costs
  /// nothing: the parts are views.
  ///
  /// The gradient with respect to each part goes to its place in ∂L/∂x.
  ///
  /// ```swift
  /// let gates = x.matmul(w).split(into: 4, axis: -1)       // (8, 64) -> four of (8, 16)
  /// ```
  ///
  /// Traps if there is no such axis, or its length does not divide evenly.
  public func split(into count: Int, axis: Int = 0) -> [Tensor] {
    func failed(_ error: ShapeError) -> [Tensor] {
      Array(repeating: failing(error), count: Swift.max(1, count))
    }
    guard let index = shape.normalizedAxis(axis) else {
      return failed(shape.noAxis(axis, "split"))
    }
    guard count > 0, shape[index] % count == 0 else {
      return failed(
        ShapeError(
          "split", [shape],
          "the length \(shape[index]) of axis \(axis) does not divide evenly into \(count) parts",
          hint: "parts of different lengths are named by split(lengths:axis:)"))
    }
    return split(
      lengths: Array(repeating: shape[index] / count, count: count), axis: axis)
  }

  /// The tensor cut along `axis` into parts of these lengths: PyTorch's `split`. Costs nothing: the
  /// parts are views.
  ///
  /// The gradient with respect to each part goes to its place in ∂L/∂x.
  ///
  /// ```swift
  /// let parts = x.split(lengths: [784, 1], axis: 1)         // (8, 785) -> (8, 784) and (8, 1)
  /// ```
  ///
  /// Traps if there is no such axis, a length is negative, or they do not add up to the axis.
  public func split(lengths: [Int], axis: Int = 0) -> [Tensor] {
    func failed(_ error: ShapeError) -> [Tensor] {
      Array(repeating: failing(error), count: Swift.max(1, lengths.count))
    }
    guard let index = shape.normalizedAxis(axis) else {
      return failed(shape.noAxis(axis, "split"))
    }
    let sum = lengths.reduce(Int?.some(0)) { sum, length in
      length < 0 ? nil : sum?.added(byCounting: length)
    }
    guard sum == shape[index] else {
      return failed(
        ShapeError(
          "split", [shape],
          "the lengths \(lengths) do not add up to the length \(shape[index]) of axis \(axis)"))
    }
    var part = [AxisSelection](repeating: .wholeAxis, count: rank)
    var start = 0
    return lengths.map { length in
      part[index] = .slice(from: start, to: start + length, by: 1)
      start += length
      return SliceView(selections: part)(self)
    }
  }
}
