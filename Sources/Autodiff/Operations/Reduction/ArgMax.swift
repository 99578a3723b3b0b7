import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// The position of the largest element along `axis`, which disappears, or among all elements in
  /// row-major order if there is none: the first if several are equally so, or the first NaN.
  ///
  /// A constant of type `int64`.
  ///
  /// ```swift
  /// model(images).argmax(axis: 1)       // the class of each image: (100, 10) -> (100,)
  /// ```
  ///
  /// Traps if there is no such axis, or no element.
  public func argmax(axis: Int? = nil) -> Tensor { ArgMax(axis: axis)(self) }
}

struct ArgMax: PositionOperation {
  let axis: Int?

  var name: String { "argmax" }
  static var kernel: bp_reduction { BP_MAX }
}
