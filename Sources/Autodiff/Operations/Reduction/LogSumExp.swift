import BackpropArrays

extension Tensor {
  /// ln Σ eˣ of all elements, or of those along `axes`, which disappear unless `keepDims`: SciPy's and
  /// PyTorch's `logsumexp`. −∞ of no elements.
  ///
  /// The largest is taken out first, so that nothing overflows. ∂L/∂x = ∂L/∂y · eˣ⁻ʸ, the softmax.
  ///
  /// Traps if one of the axes is not there or is named twice, or the numbers are whole.
  public func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    LogSumExp(axes: axes, keepDims: keepDims)(self)
  }
  /// ln Σ eˣ along `axis`.
  ///
  /// Traps if it is not there, or the numbers are whole.
  public func logSumExp(axis: Int, keepDims: Bool = false) -> Tensor {
    logSumExp(axes: [axis], keepDims: keepDims)
  }
}

struct LogSumExp: ComposedReduction {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "logSumExp" }

  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType {
    try floatingPoint(scalarType)
  }

  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
    let x = inputs[0]
    guard x.count > 0 else { return x.exp().sum(axes: axes, keepDims: keepDims).log() }
    let largest = x.max(axes: axes, keepDims: true).finiteOrZero
    let sum = (x - largest).exp().sum(axes: axes, keepDims: true).log() + largest
    return keepDims ? sum : sum.sum(axes: axes)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) {
    let x = pass.input(0)
    // Where all are -∞, each has no share.
    let y = pass.output
    let sum = Tensor.where(y.detached .== -.infinity, 0, y).spread(over: x.shape, axes)
    pass.add(pass.cotangent.spread(over: x.shape, axes) * (x - sum).exp(), to: 0)
  }
}

extension Tensor {
  /// 0 in place of what is infinite or NaN.
  fileprivate var finiteOrZero: Tensor { Tensor.where(abs() .< .infinity, self, 0) }
}
