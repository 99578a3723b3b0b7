import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the elements are NaN, as `bool`: NumPy's and PyTorch's `isnan`. Whole numbers
  /// never are.
  ///
  /// A constant.
  public func isNaN() -> Tensor { IsNaN()(self) }
}

struct IsNaN: FinitenessOperation {
  var name: String { "isNaN" }
  static var holdsOfWholeNumbers: Bool { false }

  func ask(_ x: NDArray, into result: NDArray) {
    Elementwise.compare(BP_NOT_EQUAL, x, x, into: result)
  }
}
