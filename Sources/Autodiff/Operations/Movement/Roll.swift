import BackpropArrays

extension Tensor {
  /// The elements moved on by `shift` places along `axis`, those beyond the end to its beginning; without
  /// an axis, in row-major order: NumPy's and PyTorch's `roll`.
  ///
  /// ∂L/∂x is ∂L/∂y rolled back.
  ///
  /// ```swift
  /// Tensor([1, 2, 3, 4]).rolled(1)                // [4. 1. 2. 3.]
  /// ```
  ///
  /// Traps if there is no such axis.
  public func rolled(_ shift: Int, axis: Int? = nil) -> Tensor {
    guard let axis else { return flattened().rolled([shift], axes: [0]).reshaped(to: shape) }
    return rolled([shift], axes: [axis])
  }

  /// The elements moved on by a number of places along each of these axes.
  ///
  /// Traps if one of the axes is not there, or there is not a shift for each.
  public func rolled(_ shifts: [Int], axes: [Int]) -> Tensor {
    checking { () throws(ShapeError) in
      guard shifts.count == axes.count else {
        throw ShapeError(
          "rolled", [shape], "shifts \(shifts) for axes \(axes); there must be one for each")
      }
      var result = self
      for (shift, axis) in zip(shifts, axes) {
        let index = try shape.index(ofAxis: axis, "rolled")
        let length = shape[index]
        let places = length == 0 ? 0 : (shift % length + length) % length
        if places == 0 { continue }
        let parts = result.split(lengths: [length - places, places], axis: index)
        result = Tensor.concatenate([parts[1], parts[0]], axis: index)
      }
      return result
    }
  }
}
