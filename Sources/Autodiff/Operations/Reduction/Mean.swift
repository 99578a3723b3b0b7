import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The mean of all elements, or of those along `axes`, which disappear unless `keepDims`: NaN of
  /// no elements, as in NumPy.
  ///
  /// ∂L/∂x = ∂L/∂y / n, repeated along the axes, where n elements went into each mean.
  ///
  /// Traps if one of the axes is not there or is named twice, or the numbers are whole.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Mean(axes: axes, keepDims: keepDims)(self)
  }
  /// The mean along `axis`.
  ///
  /// Traps if it is not there, or the numbers are whole.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor {
    mean(axes: [axis], keepDims: keepDims)
  }
}

struct Mean: ReductionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "mean" }

  func resultScalarType(_ scalarType: ScalarType) throws(ShapeError) -> ScalarType {
    try floatingPoint(scalarType)
  }

  func compute(_ pass: inout ForwardPass) {
    reduce(BP_SUM, &pass)
    let count = Double(pass.inputs[0].count)
    pass.withOutput { means in
      let divisor = NDArray(
        scalar: means.count == 0 ? 0 : count / Double(means.count), scalarType: means.scalarType)
      Elementwise.binary(BP_DIVIDE, means, divisor, into: means)
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    let shape = pass.inputType(0).shape
    let share = Double(pass.cotangent.count) / Double(max(1, shape.elementCount))
    pass.add((pass.cotangent * share).spread(over: shape, axes), to: 0)
  }
}
