import BackpropArrays

extension Tensor {
  /// Whether any element is true, that is, not zero: NumPy's `any`. Of nothing, nothing is true.
  ///
  /// ```swift
  /// (x .> 1).anyTrue
  /// (x .> 1).max(axis: 0)       // by column, as bool
  /// ```
  public var anyTrue: Bool {
    let flags = cast(to: .bool)
    return flags.count > 0 && flags.max().item != 0
  }
  /// Whether all elements are true, that is, not zero: NumPy's `all`. Of nothing, nothing is false.
  public var allTrue: Bool {
    let flags = cast(to: .bool)
    return flags.count == 0 || flags.min().item != 0
  }
}
