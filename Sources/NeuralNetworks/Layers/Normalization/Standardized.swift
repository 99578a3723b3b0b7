import BackpropArrays
import BackpropAutodiff

extension Tensor {
  /// The numbers shifted and scaled to the mean 0 and the variance 1 along `axes`:
  /// (x − μ) / √(σ² + ε), with μ = mean x and σ² = mean (x − μ)².
  ///
  /// - Returns: the result, and μ and σ², in which the axes have the length 1.
  func standardized(
    axes: [Int], epsilon: Double
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    let mean = self.mean(axes: axes, keepDims: true)
    let centered = self - mean
    let variance = centered.squared().mean(axes: axes, keepDims: true)
    return (centered / (variance + epsilon).squareRoot(), mean, variance)
  }
}

extension Tensor {
  /// One number a feature, under a shape that broadcasts along axis 1 of `input`.
  func alongFeatures(of input: Tensor) -> Tensor {
    if input.rank == 2 { return self }
    return reshaped(to: Shape([count] + Array(repeating: 1, count: input.rank - 2)))
  }

  /// γ x + β, with one number of each for a feature along axis 1.
  func scaledAndShifted(by weight: Parameter?, _ bias: Parameter?) -> Tensor {
    var result = self
    if let weight { result = result * weight.tensor.alongFeatures(of: self) }
    if let bias { result = result + bias.tensor.alongFeatures(of: self) }
    return result
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
