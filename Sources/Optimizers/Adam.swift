import BackpropArrays
import BackpropNeuralNetworks

/// Adam: a step of its own for every number, from running means of the gradient and its square.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay: m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², and with the bias of both corrected after t steps, m̂ = m / (1 − β₁ᵗ) and
/// v̂ = v / (1 − β₂ᵗ), w ← w − rate · m̂ / (√v̂ + ε).
///
/// AMSGrad takes the largest v so far in the place of v, so that no number's steps grow again.
///
/// ```swift
/// let optimizer = Adam(for: model, learningRate: 0.001)
/// ```
///
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015); Reddi, Kale and Kumar,
/// "On the Convergence of Adam and Beyond" (2018) for AMSGrad; arranged as PyTorch's `Adam`, with its
/// defaults. For decay that Adam does not scale, see ``AdamW``.
public final class Adam: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if two parameters have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: how far a step goes.
  ///   - beta1: β₁, how much of the running mean of the gradient is kept.
  ///   - beta2: β₂, how much of the running mean of the squared gradient is kept.
  ///   - epsilon: ε, which keeps the division from a zero.
  ///   - weightDecay: λ; λ w is added to the gradient.
  ///   - amsgrad: whether to divide by the largest v so far.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.001, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    amsgrad: Bool = false, groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad), for: model,
      learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of Adam and AdamW, with the slots `mean`, m, and `square`, v, and with AMSGrad
  /// `largestSquare`.
  public struct Rule: UpdateRule {
    /// β₁: how much of the running mean of the gradient is kept.
    public let beta1: Double
    /// β₂: how much of the running mean of the squared gradient is kept.
    public let beta2: Double
    /// ε: keeps the division from a zero.
    public let epsilon: Double
    /// Whether weight decay shrinks the weights themselves, as in ``AdamW``, instead of adding to the
    /// gradient.
    public let decouplesWeightDecay: Bool
    /// Whether the largest v so far takes the place of v.
    public let isAMSGrad: Bool

    /// Adam; with decoupled decay, AdamW.
    ///
    /// - Parameters:
    ///   - beta1: β₁, how much of the running mean of the gradient is kept.
    ///   - beta2: β₂, how much of the running mean of the squared gradient is kept.
    ///   - epsilon: ε, which keeps the division from a zero.
    ///   - decouplesWeightDecay: whether weight decay shrinks the weights themselves.
    ///   - amsgrad: whether to divide by the largest v so far.
    public init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      decouplesWeightDecay: Bool = false, amsgrad: Bool = false
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decouplesWeightDecay = decouplesWeightDecay
      isAMSGrad = amsgrad
    }

    public var slots: [String] { ["mean", "square"] + (isAMSGrad ? ["largestSquare"] : []) }

    public func update(
      _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
    ) {
      weight.adapt(
        gradient, slots: &slots,
        AdamStep(
          rate: step.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          correction1: step.correction(beta1), correction2: step.correction(beta2),
          decay: decouplesWeightDecay ? 0 : step.weightDecay,
          decoupledDecay: decouplesWeightDecay ? step.weightDecay : 0))
    }
  }
}

extension UpdateStep {
  /// 1 − βᵗ: by what a running mean that started at zero is too small at step t.
  func correction(_ beta: Double) -> Double { 1 - power(beta, number) }
}
