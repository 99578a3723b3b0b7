import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The position of the smallest element along `axis`, which disappears, or among all elements in
  /// row-major order if there is none: the first if several are equally so, or the first NaN.
  ///
  /// A constant of type `int64`.
  ///
  /// ```swift
  /// distances.argmin(axis: 1)           // the nearest of ten: (100, 10) -> (100,)
  /// ```
  ///
  /// Traps if there is no such axis, or no element.
  public func argmin(axis: Int? = nil) -> Tensor { ArgMin(axis: axis)(self) }
}

struct ArgMin: PositionOperation {
  let axis: Int?

  var name: String { "argmin" }
  static var kernel: bp_reduction { BP_MIN }
}
