import BackpropArrays

extension Tensor {
  /// The numbers shifted and scaled to the mean 0 and the variance 1 along `axes`, and then perhaps by a
  /// weight and a bias: PyTorch's `layer_norm`, `group_norm`, `instance_norm` and `batch_norm` in
  /// training.
  ///
  /// y = w (x − μ) / √(σ² + ε) + b, with μ = mean x and σ² = mean (x − μ)² along the axes.
  ///
  /// ∂L/∂x = r (h − mean h − z mean(h z)) for g = ∂L/∂y, h = w g, r = 1 / √(σ² + ε) and z = (x − μ) r;
  /// ∂L/∂w = Σ g z and ∂L/∂b = Σ g, over what they were repeated along.
  ///
  /// ```swift
  /// Tensor([[1, 3], [5, 9]]).standardized(epsilon: 0)           // [[-1.  1.] [-1.  1.]]
  /// images.standardized(axes: [0, 2, 3])                        // each feature over the batch
  /// ```
  ///
  /// Sources: Ioffe and Szegedy, "Batch Normalization" (2015); Ba, Kiros and Hinton, "Layer
  /// Normalization" (2016).
  ///
  /// Traps if the numbers are whole, an axis is not there or is named twice, the types differ, or a
  /// weight or a bias does not broadcast to the shape of this tensor.
  ///
  /// - Parameters:
  ///   - axes: those along which means and variances are taken.
  ///   - epsilon: what is added to the variance, so that nothing is divided by zero.
  ///   - weight: by what the results are multiplied; `nil` for nothing.
  ///   - bias: what is then added; `nil` for nothing.
  public func standardized(
    axes: [Int] = [-1], epsilon: Double = 1e-5, weight: Tensor? = nil, bias: Tensor? = nil
  ) -> Tensor {
    let operation = Standardize(axes: axes, epsilon: epsilon, hasWeight: weight != nil)
    return operation.apply(to: self, weight, bias)
  }

  /// The same, and the means and variances along the axes, which stay with the length 1. Those are
  /// constants.
  ///
  /// - Parameters:
  ///   - axes: those along which means and variances are taken.
  ///   - epsilon: what is added to the variance.
  ///   - weight: by what the results are multiplied.
  ///   - bias: what is then added.
  package func standardizedWithStatistics(
    axes: [Int], epsilon: Double, weight: Tensor?, bias: Tensor?
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    let result = standardized(axes: axes, epsilon: epsilon, weight: weight, bias: bias)
    // The operation saved them for its gradient.
    if let node = result.node, let mean = node.savedArray(0), let variance = node.savedArray(1) {
      return (result, Tensor(array: mean, node: nil), Tensor(array: variance, node: nil))
    }
    let x = detached
    return (result, x.mean(axes: axes, keepDims: true), x.variance(axes: axes, keepDims: true))
  }
}

struct Standardize: StandardizingOperation {
  let axes: [Int]
  let epsilon: Double
  let hasWeight: Bool

  var name: String { "standardize" }
  var isCentered: Bool { true }

  func epsilon(for scalarType: ScalarType) -> Double { epsilon }
}
