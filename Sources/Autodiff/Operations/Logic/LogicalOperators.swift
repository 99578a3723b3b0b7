import BackpropArrays

// The operators of SIMD masks in Swift, whose precedence they have: comparisons bind more tightly.

extension Tensor {
  /// Where both are true, that is, not zero, element by element, with broadcasting, as `bool`: NumPy's
  /// and PyTorch's `logical_and`. NaN is not zero.
  ///
  /// ```swift
  /// x[x .> 0 .& x .< 1]
  /// ```
  ///
  /// Traps if the shapes do not broadcast.
  public static func .& (a: Tensor, b: Tensor) -> Tensor { a.cast(to: .bool) & b.cast(to: .bool) }
  /// Where either is true, that is, not zero, element by element, with broadcasting, as `bool`: NumPy's
  /// and PyTorch's `logical_or`.
  ///
  /// Traps if the shapes do not broadcast.
  public static func .| (a: Tensor, b: Tensor) -> Tensor { a.cast(to: .bool) | b.cast(to: .bool) }
  /// Where one is true and the other is not, element by element, with broadcasting, as `bool`: NumPy's
  /// and PyTorch's `logical_xor`.
  ///
  /// Traps if the shapes do not broadcast.
  public static func .^ (a: Tensor, b: Tensor) -> Tensor { a.cast(to: .bool) ^ b.cast(to: .bool) }
  /// Where the elements are not true, that is, zero, as `bool`: NumPy's and PyTorch's `logical_not`.
  public static prefix func .! (x: Tensor) -> Tensor { ~x.cast(to: .bool) }
}
