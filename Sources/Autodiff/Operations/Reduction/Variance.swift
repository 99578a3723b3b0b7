import BackpropArrays

extension Tensor {
  /// The variance of all elements, or of those along `axes`, which disappear unless `keepDims`: NumPy's
  /// and PyTorch's `var`.
  ///
  /// y = Σ (x − x̄)² / (n − correction), in two passes. With correction 0, the default, it is that of
  /// the numbers themselves, as in NumPy and in layers that normalize; with 1 (Bessel's), PyTorch's
  /// default, it estimates that of what they were drawn from. Of too few elements it is NaN.
  ///
  /// ∂L/∂x = ∂L/∂y · 2 (x − x̄) / (n − correction).
  ///
  /// ```swift
  /// x.variance(axes: [0, 2, 3], keepDims: true)         // of each channel: (8, 3, 9, 9) -> (1, 3, 1, 1)
  /// ```
  ///
  /// Traps if one of the axes is not there or is named twice, or the numbers are whole.
  ///
  /// - Parameters:
  ///   - axes: which axes; `nil` for all.
  ///   - keepDims: whether reduced axes stay, with the length 1.
  ///   - correction: what is taken off the number of elements: NumPy's `ddof`.
  public func variance(
    axes: [Int]? = nil, keepDims: Bool = false, correction: Int = 0
  ) -> Tensor {
    Variance(axes: axes, keepDims: keepDims, correction: correction)(self)
  }
  /// The variance along `axis`.
  ///
  /// Traps if it is not there, or the numbers are whole.
  ///
  /// - Parameters:
  ///   - axis: which axis.
  ///   - keepDims: whether it stays, with the length 1.
  ///   - correction: what is taken off the number of elements: NumPy's `ddof`.
  public func variance(axis: Int, keepDims: Bool = false, correction: Int = 0) -> Tensor {
    variance(axes: [axis], keepDims: keepDims, correction: correction)
  }
}

struct Variance: ComposedReduction {
  let axes: [Int]?
  let keepDims: Bool
  let correction: Int

  var name: String { "variance" }

  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType {
    try floatingPoint(scalarType)
  }

  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
    let x = inputs[0]
    let mean = x.mean(axes: axes, keepDims: true)
    let squares = (x - mean).squared().sum(axes: axes, keepDims: keepDims)
    return squares / divisor(x.count, squares.count)
  }

  private func divisor(_ count: Int, _ results: Int) -> Double {
    Double(max(0, (results == 0 ? 0 : count / results) - correction))
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let x = pass.input(0)
    let centered = x - x.mean(axes: axes, keepDims: true)
    let share = pass.cotangent * (2 / divisor(x.count, pass.cotangent.count))
    pass.add(share.spread(over: x.shape, axes) * centered, to: 0)
  }
}
