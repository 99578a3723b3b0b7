import BackpropArrays

@testable import BackpropAutodiff

/// Mistakes of shapes and types, and what the operations say of each.
enum ShapeMistakes {
  static let all: [ShapeMistake] =
    elementwise + comparison + reduction + movement + indexing + products + attention + recurrent
    + convolution + losses

  /// A tensor of a shape and a type, and no numbers.
  static func t(_ shape: Shape, _ type: ScalarType = .float32) -> Tensor {
    Tensor(shapeOnly: TensorType(shape, type))
  }

  /// The mistake of numbers of a type for which there is no such function.
  static func type(
    _ operation: String, _ name: String, _ type: ScalarType,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> ShapeMistake {
    ShapeMistake(
      operation,
      """
      \(name): the numbers are \(type), for which there is no \(name)
        shapes: (2,)
        hint: convert first, with cast(to: .float32)
      """
    ) { function(t([2], type)) }
  }
}
