import BackpropArrays

/// The shape and the type of the numbers: all of a tensor but its numbers.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
  /// The lengths of the axes.
  public var shape: Shape
  /// The type of the numbers.
  public var scalarType: ScalarType

  /// The type of tensors of `shape` that hold numbers of `scalarType`.
  @inline(__always)
  public init(_ shape: Shape, _ scalarType: ScalarType = .float32) {
    self.shape = shape
    self.scalarType = scalarType
  }

  /// `float32 (100, 784)`
  public var description: String { "\(scalarType) \(shape)" }
}

extension Tensor {
  /// The shape and the type of the numbers.
  public var type: TensorType { TensorType(shape, scalarType) }
}
