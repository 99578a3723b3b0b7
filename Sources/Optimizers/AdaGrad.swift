import BackpropArrays
import BackpropNeuralNetworks

/// AdaGrad: steps that are divided by the size of all gradients so far, so that a number whose
/// gradients are rare or small takes larger ones.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay, s ← s + g² and
/// w ← w − rate / (1 + (t − 1) δ) · g / (√s + ε) in step t, where δ is the decay of the rate.
///
/// ```swift
/// let optimizer = AdaGrad(for: model, learningRate: 0.01)
/// ```
///
/// Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
/// Optimization" (2011), arranged as PyTorch's `Adagrad`, with its defaults.
public final class AdaGrad: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if two parameters have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: how far a step goes.
  ///   - learningRateDecay: δ, by which the rate falls from step to step.
  ///   - initialSum: what s starts as.
  ///   - epsilon: ε, which keeps the division from a zero.
  ///   - weightDecay: λ; λ w is added to the gradient.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.01, learningRateDecay: Double = 0,
    initialSum: Double = 0, epsilon: Double = 1e-10, weightDecay: Double = 0,
    groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(learningRateDecay: learningRateDecay, initialSum: initialSum, epsilon: epsilon),
      for: model, learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of AdaGrad, with the slot `squareSum`, s.
  public struct Rule: UpdateRule {
    /// δ: by which the rate falls from step to step.
    public let learningRateDecay: Double
    /// What s starts as.
    public let initialSum: Double
    /// ε: keeps the division from a zero.
    public let epsilon: Double

    /// AdaGrad.
    ///
    /// - Parameters:
    ///   - learningRateDecay: δ, by which the rate falls from step to step.
    ///   - initialSum: what s starts as.
    ///   - epsilon: ε, which keeps the division from a zero.
    public init(learningRateDecay: Double = 0, initialSum: Double = 0, epsilon: Double = 1e-10) {
      self.learningRateDecay = learningRateDecay
      self.initialSum = initialSum
      self.epsilon = epsilon
    }

    public var slots: [String] { ["squareSum"] }

    public func update(
      _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
    ) {
      if step.number == 1, initialSum != 0 {
        slots[0] = NDArray(
          repeating: initialSum, shape: weight.shape, scalarType: weight.scalarType)
      }
      weight.adapt(
        gradient, slots: &slots,
        RMSPropStep(
          rate: step.learningRate / (1 + Double(step.number - 1) * learningRateDecay), keep: 1,
          add: 1, epsilon: epsilon, momentum: 0, decay: step.weightDecay))
    }
  }
}
