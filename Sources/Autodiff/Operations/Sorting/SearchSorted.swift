import BackpropArrays

extension Tensor {
  /// Where each of `values` belongs in this vector of rising numbers: how many of them are smaller.
  /// NumPy's and PyTorch's `searchsorted`; with the two exchanged, NumPy's `digitize`.
  ///
  /// A constant of type `int64`. NaN counts as largest.
  ///
  /// ```swift
  /// Tensor([1, 3, 5]).searchSorted(Tensor([0, 3, 9]))      // [0 1 3]
  /// ```
  ///
  /// Traps if this is no vector, or the types differ.
  ///
  /// - Parameters:
  ///   - values: what to look for, of any shape.
  ///   - right: whether equal numbers count as smaller: the place behind them.
  public func searchSorted(_ values: Tensor, right: Bool = false) -> Tensor {
    SearchSorted(countsEqual: right)(self, values)
  }
}

struct SearchSorted: KernelOperation, ConstantOperation {
  let countsEqual: Bool

  var name: String { "searchSorted" }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireOneType(name)
    guard inputs[0].rank == 1 else {
      throw ShapeError(name, inputs.shapes, "what is searched is a vector of rising numbers")
    }
    return TensorType(inputs[1].shape, .int64)
  }

  func compute(_ pass: inout ForwardPass) {
    let (sorted, values) = (pass.input(0), pass.input(1))
    pass.withOutput { Sorting.search(sorted, values, countsEqual: countsEqual, into: $0) }
  }
}
