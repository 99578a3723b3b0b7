import BackpropArrays

extension Tensor {
  /// The standard deviation of all elements, or of those along `axes`, which disappear unless
  /// `keepDims`: NumPy's and PyTorch's `std`, the square root of
  /// ``variance(axes:keepDims:correction:)``.
  ///
  /// ∂L/∂x = ∂L/∂y · (x − x̄) / (y (n − correction)), which is not finite where all are equal.
  ///
  /// Traps if one of the axes is not there or is named twice, or the numbers are whole.
  ///
  /// - Parameters:
  ///   - axes: which axes; `nil` for all.
  ///   - keepDims: whether reduced axes stay, with the length 1.
  ///   - correction: what is taken off the number of elements: NumPy's `ddof`. 0, the default, is
  ///     NumPy's; 1 is PyTorch's.
  public func standardDeviation(
    axes: [Int]? = nil, keepDims: Bool = false, correction: Int = 0
  ) -> Tensor {
    checking { () throws(ShapeError) in
      _ = try shape.reduced("standardDeviation", axes)
      return variance(axes: axes, keepDims: keepDims, correction: correction).squareRoot()
    }
  }
  /// The standard deviation along `axis`.
  ///
  /// Traps if it is not there, or the numbers are whole.
  ///
  /// - Parameters:
  ///   - axis: which axis.
  ///   - keepDims: whether it stays, with the length 1.
  ///   - correction: what is taken off the number of elements: NumPy's `ddof`.
  public func standardDeviation(axis: Int, keepDims: Bool = false, correction: Int = 0) -> Tensor {
    standardDeviation(axes: [axis], keepDims: keepDims, correction: correction)
  }
}
