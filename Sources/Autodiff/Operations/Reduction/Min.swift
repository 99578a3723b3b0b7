import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The smallest element, or the smallest along `axes`, which disappear unless `keepDims`; NaN if
  /// any is NaN.
  ///
  /// The gradient goes to the smallest element; where several are equally small, each gets an equal
  /// share, as in JAX and PyTorch's `amin`.
  ///
  /// Traps if one of the axes is not there or is named twice, or no element to choose from.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    Min(axes: axes, keepDims: keepDims)(self)
  }
  /// The smallest element along `axis`.
  ///
  /// Traps if it is not there, or no element to choose from.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor {
    min(axes: [axis], keepDims: keepDims)
  }
}

struct Min: ReductionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "min" }
  var needsElements: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { scalarType }
  func compute(_ pass: inout ForwardPass) { reduce(BP_MIN, &pass) }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { [.input(0), .output] }

  func backward(_ pass: inout BackwardPass) { passToExtremes(&pass) }
}
