import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the elements are finite: neither infinite nor NaN, as `bool`: NumPy's and PyTorch's `isfinite`. Whole numbers
  /// always are. Whether all
  /// are is ``allFinite``.
  ///
  /// A constant.
  public func isFinite() -> Tensor { IsFinite()(self) }
}

struct IsFinite: FinitenessOperation {
  var name: String { "isFinite" }
  static var holdsOfWholeNumbers: Bool { true }

  func ask(_ x: NDArray, into result: NDArray) {
    compareMagnitude(BP_LESS, x, into: result)
  }
}
