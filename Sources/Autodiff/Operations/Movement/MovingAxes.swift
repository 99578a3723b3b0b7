import BackpropArrays

extension Tensor {
  /// The tensor with axis `axis` moved to place `place`, the others in their order: NumPy's `moveaxis`,
  /// PyTorch's `movedim`. Costs nothing: it is a view.
  ///
  /// ```swift
  /// images.movingAxis(-1, to: 1)            // (8, 28, 28, 3) -> (8, 3, 28, 28)
  /// ```
  ///
  /// ∂L/∂x is ∂L/∂y with the axis moved back.
  ///
  /// Traps if there is no such axis, or no such place.
  public func movingAxis(_ axis: Int, to place: Int) -> Tensor {
    checking { () throws(ShapeError) in
      let from = try shape.index(ofAxis: axis, "movingAxis")
      let to = try shape.index(ofAxis: place, "movingAxis")
      var order = Array(0..<rank)
      order.insert(order.remove(at: from), at: to)
      return transposed(order)
    }
  }

  /// The tensor with two axes exchanged: NumPy's `swapaxes`, PyTorch's `transpose`. Costs nothing: it is
  /// a view.
  ///
  /// ∂L/∂x is ∂L/∂y with the axes exchanged.
  ///
  /// Traps if one of them is not there.
  public func swappingAxes(_ first: Int, _ second: Int) -> Tensor {
    checking { () throws(ShapeError) in
      let first = try shape.index(ofAxis: first, "swappingAxes")
      let second = try shape.index(ofAxis: second, "swappingAxes")
      var order = Array(0..<rank)
      order.swapAt(first, second)
      return transposed(order)
    }
  }
}
