import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The largest element, or the largest along `axes`, which disappear unless `keepDims`; NaN if any
  /// is NaN.
  ///
  /// The gradient goes to the largest element; where several are equally large, each gets an equal
  /// share, as in JAX and PyTorch's `amax`.
  ///
  /// Traps if one of the axes is not there or is named twice, or no element to choose from.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Max(axes: axes, keepDims: keepDims)(self)
  }
  /// The largest element along `axis`.
  ///
  /// Traps if it is not there, or no element to choose from.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor {
    max(axes: [axis], keepDims: keepDims)
  }
}

struct Max: ReductionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "max" }
  var needsElements: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { scalarType }
  func compute(_ pass: inout ForwardPass) { reduce(BP_MAX, &pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) { passToExtremes(&pass) }
}

extension ReductionOperation {
  /// The gradient of a largest or smallest element: to all that equal it, in equal shares.
  func passToExtremes(_ pass: inout BackwardPass) {
    let input = pass.input(0)
    let extreme = pass.output.detached.spread(over: input.shape, axes)
    let isExtreme = (input.detached .== extreme).cast(to: input.scalarType)
    let winners = isExtreme.sum(axes: axes, keepDims: true)
    pass.add(pass.cotangent.spread(over: input.shape, axes) * (isExtreme / winners), to: 0)
  }
}
