import BackpropArrays

extension Tensor {
  /// The product of each element with each of another tensor, both taken as vectors: y[i, j] = a[i]
  /// b[j]. NumPy's and PyTorch's `outer`.
  ///
  /// ∂L/∂a = ∂L/∂y · b, ∂L/∂b = (∂L/∂y)ᵀ · a.
  ///
  /// Traps if the types differ or are `bool`.
  public func outer(_ other: Tensor) -> Tensor {
    flattened().expandingDimension(at: 1) * other.flattened()
  }
}
