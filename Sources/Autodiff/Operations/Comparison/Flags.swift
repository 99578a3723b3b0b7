import BackpropArrays

// The operators are those that Swift has for the masks of its SIMD types, and bind as && and || do.
extension Tensor {
  /// Where both sides are true, element by element, with broadcasting, as `bool`: NumPy's and PyTorch's
  /// `&`.
  ///
  /// Traps if the shapes do not broadcast, or either side is not `bool`.
  ///
  /// ```swift
  /// x .> 0 .& x .< 1
  /// ```
  public static func .& (a: Tensor, b: Tensor) -> Tensor {
    misfit(".&", [a, b]) ?? Tensor.where(a, b, 0)
  }

  /// Where either side is true, or both, element by element, with broadcasting, as `bool`: NumPy's and
  /// PyTorch's `|`.
  ///
  /// Traps if the shapes do not broadcast, or either side is not `bool`.
  public static func .| (a: Tensor, b: Tensor) -> Tensor {
    misfit(".|", [a, b]) ?? Tensor.where(a, 1, b)
  }

  /// Where it is false, element by element, as `bool`: NumPy's and PyTorch's `~`.
  ///
  /// Traps if it is not `bool`.
  public static prefix func .! (a: Tensor) -> Tensor { misfit(".!", [a]) ?? (a .== 0) }

  /// The result where the sides are no flags; `nil` where they are.
  private static func misfit(_ operation: String, _ sides: [Tensor]) -> Tensor? {
    guard let wrong = sides.first(where: { $0.scalarType != .bool }) else { return nil }
    let error = ShapeError(
      operation, sides.map(\.shape), "the elements are \(wrong.scalarType), not bool",
      hint: "make flags with a comparison such as x .!= 0")
    return sides[0].failing(error, beside: Array(sides.dropFirst()))
  }
}
