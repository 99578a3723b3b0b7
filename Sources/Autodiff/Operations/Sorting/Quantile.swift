import BackpropArrays

extension Tensor {
  /// The quantile of all elements, or of those along `axis`, which disappears unless `keepDims`: below
  /// it lies that part of them. NumPy's and PyTorch's `quantile`, linear between two elements.
  ///
  /// NaN if any element is NaN. The gradient goes to the one or two elements that it lies between, in
  /// the shares that they have.
  ///
  /// ```swift
  /// x.quantile(0.9, axis: 0)
  /// ```
  ///
  /// Traps if q is not in 0...1, there is no such axis, it has no elements, or the numbers are whole.
  ///
  /// - Parameters:
  ///   - q: which part, from 0 to 1.
  ///   - axis: along which; `nil` for all elements.
  ///   - keepDims: whether the axis stays, with the length 1.
  public func quantile(_ q: Double, axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    checking { () throws(ShapeError) in
      guard let axis else {
        let all = try flattened().quantile(q, along: 0)
        return all.reshaped(to: Shape([Int](repeating: 1, count: keepDims ? rank : 0)))
      }
      let index = try shape.index(ofAxis: axis, "quantile")
      let result = try quantile(q, along: index)
      return keepDims ? result : result.squeezed(axis: index)
    }
  }

  /// The element in the middle, or the mean of the two there, of all or along `axis`, which disappears
  /// unless `keepDims`: NumPy's `median`. PyTorch's takes the lower of two.
  ///
  /// NaN if any element is NaN. The gradient goes to the one element, or half to each of the two.
  ///
  /// Traps if there is no such axis, it has no elements, or the numbers are whole.
  public func median(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    quantile(0.5, axis: axis, keepDims: keepDims)
  }

  private func quantile(_ q: Double, along axis: Int) throws(ShapeError) -> Tensor {
    let length = shape[axis]
    guard scalarType.isDifferentiable else {
      throw .notFloatingPoint("quantile", [shape], scalarType)
    }
    guard (0...1).contains(q), length > 0 else {
      throw ShapeError(
        "quantile", [shape], "the quantile \(q) of \(length) elements",
        hint: "a quantile is from 0 to 1, 0.5 the median")
    }
    let sorted = self.sorted(axis: axis)
    func at(_ place: Int) -> Tensor {
      var part = [AxisSelection](repeating: .wholeAxis, count: rank)
      part[axis] = .slice(from: place, to: place + 1, by: 1)
      return SliceView(selections: part)(sorted)
    }
    let place = q * Double(length - 1)
    let below = Int(place)
    let share = place - Double(below)
    let value = share == 0 ? at(below) : at(below) * (1 - share) + at(below + 1) * share
    // NaN are the last.
    let last = at(length - 1).detached
    return Tensor.where(last .!= last, .nan, value)
  }
}
