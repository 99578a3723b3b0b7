import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Whether all elements are true, that is, not zero, of all or along `axes`, which disappear unless
  /// `keepDims`: NumPy's and PyTorch's `all`; true of no elements. NaN is not zero.
  ///
  /// A constant of type `bool`.
  ///
  /// ```swift
  /// (x .> 1).all(axis: 0)            // by column
  /// ```
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func all(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    AllTrue(axes: axes, keepDims: keepDims)(self)
  }
  /// Whether all elements are true along `axis`.
  ///
  /// Traps if it is not there.
  public func all(axis: Int, keepDims: Bool = false) -> Tensor {
    all(axes: [axis], keepDims: keepDims)
  }
}

struct AllTrue: ReductionOperation, ConstantOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "all" }
  var onlyCompares: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { .bool }
  func compute(_ pass: inout ForwardPass) { reduce(BP_MIN, &pass) }
}
