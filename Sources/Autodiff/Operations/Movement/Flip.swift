import BackpropArrays

extension Tensor {
  /// The elements backwards along `axes`, or all of them: NumPy's and PyTorch's `flip`. Costs nothing:
  /// it is a view.
  ///
  /// ∂L/∂x is ∂L/∂y flipped back.
  ///
  /// Traps if one of the axes is not there or is named twice.
  public func flipped(axes: [Int]? = nil) -> Tensor {
    checking { () throws(ShapeError) in
      let isFlipped = try shape.reduced("flipped", axes).isReduced
      return SliceView(
        selections: isFlipped.map { .slice(from: nil, to: nil, by: $0 ? -1 : 1) })(self)
    }
  }
  /// The elements backwards along `axis`.
  ///
  /// Traps if it is not there.
  public func flipped(axis: Int) -> Tensor { flipped(axes: [axis]) }
}
