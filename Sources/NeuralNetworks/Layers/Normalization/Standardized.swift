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
