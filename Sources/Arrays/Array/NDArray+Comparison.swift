import CBackpropKernels

extension NDArray {
  /// Whether two arrays of one shape hold the same numbers but for rounding:
  /// |a − b| ≤ absoluteTolerance + relativeTolerance · |b| for every element. NumPy's `allclose`,
  /// without broadcasting. A NaN is close to nothing.
  ///
  /// - Parameters:
  ///   - other: b of the formula.
  ///   - relativeTolerance: how far apart the numbers may be, as a part of |b|.
  ///   - absoluteTolerance: how far apart they may be besides.
  public func isClose(
    to other: NDArray, relativeTolerance: Double = 1e-5, absoluteTolerance: Double = 1e-8
  ) -> Bool {
    shape == other.shape
      && zip(doubles, other.doubles).allSatisfy { a, b in
        let tolerance = absoluteTolerance + relativeTolerance * b.magnitude
        return a == b || (b.isFinite && (a - b).magnitude <= tolerance)
      }
  }

  /// Whether every element is finite: neither infinite nor NaN. Whole numbers always are.
  public var isFinite: Bool {
    let array = scalarType.isHalf ? cast(to: .float32) : self
    guard let allFinite = array.scalarType.kernels.pointee.all_finite else { return true }
    let source = array.contiguous().storage
    return allFinite(source.elementCount, source.base)
  }
}
