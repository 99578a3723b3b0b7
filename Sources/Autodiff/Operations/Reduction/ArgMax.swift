import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The position of the largest element along `axis`, which disappears unless `keepDims`, or among all
  /// elements in row-major order if there is none: the first if several are equally so, or the first
  /// NaN.
  ///
  /// A constant of type `int64`.
  ///
  /// ```swift
  /// model(images).argmax(axis: 1)       // the class of each image: (100, 10) -> (100,)
  /// ```
  ///
  /// Traps if there is no such axis, or no element.
  public func argmax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    ArgMax(axes: axis.map { [$0] }, keepDims: keepDims)(self)
  }
  /// The position of the largest element among those along several axes, in row-major order; the axes
  /// disappear unless `keepDims`.
  ///
  /// Traps if one of the axes is not there or is named twice, or there is no element.
  public func argmax(axes: [Int], keepDims: Bool = false) -> Tensor {
    ArgMax(axes: axes, keepDims: keepDims)(self)
  }
}

struct ArgMax: PositionOperation {
  let axes: [Int]?
  let keepDims: Bool

  var name: String { "argmax" }
  static var kernel: bp_reduction { BP_MAX }
}
