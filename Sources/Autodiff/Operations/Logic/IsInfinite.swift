import BackpropArrays
import CBackpropKernels

extension Tensor {
  /// Where the elements are ∞ or −∞, as `bool`: NumPy's and PyTorch's `isinf`. Whole numbers
  /// never are.
  ///
  /// A constant.
  public func isInfinite() -> Tensor { IsInfinite()(self) }
}

struct IsInfinite: FinitenessOperation {
  var name: String { "isInfinite" }
  static var holdsOfWholeNumbers: Bool { false }

  func ask(_ x: NDArray, into result: NDArray) {
    compareMagnitude(BP_EQUAL, x, into: result)
  }
}
