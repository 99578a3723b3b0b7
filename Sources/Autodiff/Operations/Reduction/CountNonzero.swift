import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// How many elements are not zero, of all or along `axes`, which disappear unless `keepDims`: NumPy's
  /// and PyTorch's `count_nonzero`. Of flags, how many are true.
  ///
  /// A constant of type `int64`.
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func countNonzero(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    CountNonzero(axes: axes, keepDims: keepDims)(self)
  }
  /// How many elements along `axis` are not zero.
  ///
  /// Traps if it is not there.
  public func countNonzero(axis: Int, keepDims: Bool = false) -> Tensor {
    countNonzero(axes: [axis], keepDims: keepDims)
  }
}

struct CountNonzero: ReductionOperation, ConstantOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "countNonzero" }
  var onlyCompares: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { .int64 }
  func compute(_ pass: inout ForwardPass) { reduce(BP_SUM, &pass, as: .bool) }
}
