import BackpropArrays

extension Tensor {
  /// Whether any element is true, that is, not zero. Of nothing, nothing is true. By axes, it is
  /// ``any(axes:keepDims:)``.
  ///
  /// ```swift
  /// if (x .> 1).anyTrue { … }
  /// ```
  public var anyTrue: Bool { any().item != 0 }
  /// Whether all elements are true, that is, not zero. Of nothing, nothing is false. By axes, it is
  /// ``all(axes:keepDims:)``.
  public var allTrue: Bool { all().item != 0 }
}
