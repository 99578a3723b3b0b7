import BackpropAutodiff
import BackpropNeuralNetworks

/// RAdam: ``Adam`` that begins without dividing by √v, and does so as far as v is known well enough.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay: m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). From how many gradients v is known
/// in step t, ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ) with ρ∞ = 2 / (1 − β₂) − 1, decides:
///
/// - up to ρₜ = 5: w ← w − rate · m̂
/// - above: w ← w − rate · r · m̂ / √v̂, with
///   r = √((ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ)), where √v + ε is what √v̂ is made of
///
/// With decoupled weight decay, g = ∂L/∂w, and w ← w − rate · λ w goes before the step.
///
/// ```swift
/// let optimizer = RAdam(for: model, learningRate: 0.001)
/// ```
///
/// Source: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020), arranged as
/// PyTorch's `RAdam`, with its defaults.
public final class RAdam: Optimizer {
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
  ///   - weightDecay: λ.
  ///   - decouplesWeightDecay: whether weight decay shrinks the weights themselves, as in ``AdamW``.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.001, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    decouplesWeightDecay: Bool = false, groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(
        beta1: beta1, beta2: beta2, epsilon: epsilon, decouplesWeightDecay: decouplesWeightDecay),
      for: model, learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of RAdam, with the slots `mean`, m, and `square`, v.
  public struct Rule: ComposedRule {
    /// β₁: how much of the running mean of the gradient is kept.
    public let beta1: Double
    /// β₂: how much of the running mean of the squared gradient is kept.
    public let beta2: Double
    /// ε: keeps the division from a zero.
    public let epsilon: Double
    /// Whether weight decay shrinks the weights themselves, as in ``AdamW``.
    public let decouplesWeightDecay: Bool

    /// RAdam.
    ///
    /// - Parameters:
    ///   - beta1: β₁, how much of the running mean of the gradient is kept.
    ///   - beta2: β₂, how much of the running mean of the squared gradient is kept.
    ///   - epsilon: ε, which keeps the division from a zero.
    ///   - decouplesWeightDecay: whether weight decay shrinks the weights themselves.
    public init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      decouplesWeightDecay: Bool = false
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decouplesWeightDecay = decouplesWeightDecay
    }

    public var slots: [String] { ["mean", "square"] }

    public func newValue(
      of weight: Tensor, gradient: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor {
      let w = decouplesWeightDecay ? step.decayed(weight) : weight
      let g = decouplesWeightDecay ? gradient : step.addingDecay(of: weight, to: gradient)
      slots[0] = slots[0] * beta1 + g * (1 - beta1)
      slots[1] = slots[1] * beta2 + g.squared() * (1 - beta2)
      let rate = step.learningRate / step.correction(beta1)
      let correction = step.correction(beta2)
      let most = 2 / (1 - beta2) - 1
      let known = most - 2 * Double(step.number) * power(beta2, step.number) / correction
      guard known > 5 else { return w - slots[0] * rate }
      let rectification =
        (known - 4) * (known - 2) * most / ((most - 4) * (most - 2) * known) * correction
      return w - slots[0] * (rate * rectification.squareRoot()) / (slots[1].squareRoot() + epsilon)
    }
  }
}
