import BackpropArrays
import BackpropAutodiff

extension Tensor {
  /// One number a feature, under a shape that broadcasts along axis 1 of `input`.
  func alongFeatures(of input: Tensor) -> Tensor {
    if input.rank == 2 { return self }
    return reshaped(to: Shape([count] + Array(repeating: 1, count: input.rank - 2)))
  }
}

extension ShapeError {
  /// That an input has not the features along axis 1 which a layer normalizes.
  static func wrongFeatures(_ layer: String, _ shape: Shape, _ features: Int) -> ShapeError {
    guard shape.rank >= 2 else {
      return ShapeError(
        layer, [shape], "the input has no axis of features",
        hint: "it is of shape (batch, \(features)), or has more axes behind these")
    }
    return ShapeError(
      layer, [shape],
      "the input has \(shape[1]) features along axis 1, and the layer normalizes \(features)",
      hint: shape.last == features
        ? "the features stand last here; bring them to axis 1, with transposed(_:)" : nil)
  }
}
