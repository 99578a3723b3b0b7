import BackpropArrays

extension Tensor {
  /// A number of the source as a constant of this tensor's type, so that it never changes the type
  /// of a result.
  func constant(_ value: Double) -> Tensor {
    Tensor(array: NDArray(scalar: value, scalarType), node: nil)
  }
}
