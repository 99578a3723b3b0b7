import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Whether any element is true, that is, not zero, of all or along `axes`, which disappear unless
  /// `keepDims`: NumPy's and PyTorch's `any`; false of no elements. NaN is not zero.
  ///
  /// A constant of type `bool`.
  ///
  /// ```swift
  /// (x .> 1).any(axis: 0)            // by column
  /// ```
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func any(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    AnyTrue(axes: axes, keepDims: keepDims)(self)
  }
  /// Whether any element is true along `axis`.
  ///
  /// Traps if it is not there.
  public func any(axis: Int, keepDims: Bool = false) -> Tensor {
    any(axes: [axis], keepDims: keepDims)
  }
}

struct AnyTrue: ReductionOperation, ConstantOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "any" }
  var onlyCompares: Bool { true }

  func resultScalarType(_ scalarType: ScalarType) -> ScalarType { .bool }
  func compute(_ pass: inout ForwardPass) { reduce(BP_MAX, &pass) }
}
