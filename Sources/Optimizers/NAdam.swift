import BackpropAutodiff
import BackpropNeuralNetworks

/// NAdam: ``Adam`` that looks ahead as Nesterov's momentum does.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay: m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², and in step t, with μₜ = β₁ (1 − ½ · 0.96^(t ψ)) and v̂ = v / (1 − β₂ᵗ),
///
/// w ← w − rate · (μₜ₊₁ m / (1 − μ₁ ⋯ μₜ₊₁) + (1 − μₜ) g / (1 − μ₁ ⋯ μₜ)) / (√v̂ + ε).
///
/// With decoupled weight decay, g = ∂L/∂w, and w ← w − rate · λ w goes before the step.
///
/// ```swift
/// let optimizer = NAdam(for: model, learningRate: 0.002)
/// ```
///
/// Source: Dozat, "Incorporating Nesterov Momentum into Adam" (2016), arranged as PyTorch's `NAdam`,
/// with its defaults. The product of the μ is computed from the number of the step in double
/// precision; PyTorch remembers it in the precision of its default type.
public final class NAdam: Optimizer {
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
  ///   - momentumDecay: ψ, how fast μ comes to β₁.
  ///   - weightDecay: λ.
  ///   - decouplesWeightDecay: whether weight decay shrinks the weights themselves, as in ``AdamW``.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.002, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, momentumDecay: Double = 0.004,
    weightDecay: Double = 0, decouplesWeightDecay: Bool = false, groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(
        beta1: beta1, beta2: beta2, epsilon: epsilon, momentumDecay: momentumDecay,
        decouplesWeightDecay: decouplesWeightDecay),
      for: model, learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of NAdam, with the slots `mean`, m, and `square`, v.
  public struct Rule: ComposedRule {
    /// β₁: how much of the running mean of the gradient is kept.
    public let beta1: Double
    /// β₂: how much of the running mean of the squared gradient is kept.
    public let beta2: Double
    /// ε: keeps the division from a zero.
    public let epsilon: Double
    /// ψ: how fast μ comes to β₁.
    public let momentumDecay: Double
    /// Whether weight decay shrinks the weights themselves, as in ``AdamW``.
    public let decouplesWeightDecay: Bool

    /// NAdam.
    ///
    /// - Parameters:
    ///   - beta1: β₁, how much of the running mean of the gradient is kept.
    ///   - beta2: β₂, how much of the running mean of the squared gradient is kept.
    ///   - epsilon: ε, which keeps the division from a zero.
    ///   - momentumDecay: ψ, how fast μ comes to β₁.
    ///   - decouplesWeightDecay: whether weight decay shrinks the weights themselves.
    public init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      momentumDecay: Double = 0.004, decouplesWeightDecay: Bool = false
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.momentumDecay = momentumDecay
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
      let (now, next) = (momentum(step.number), momentum(step.number + 1))
      let product = momentumProduct(step.number)
      let ahead =
        slots[0] * (step.learningRate * next / (1 - product * next))
        + g * (step.learningRate * (1 - now) / (1 - product))
      return w - ahead / ((slots[1] / step.correction(beta2)).squareRoot() + epsilon)
    }

    /// μₜ.
    private func momentum(_ number: Int) -> Double {
      beta1 * (1 - 0.5 * power(0.96, Double(number) * momentumDecay))
    }

    /// μ₁ ⋯ μₜ.
    private func momentumProduct(_ number: Int) -> Double {
      let ratio = power(0.96, momentumDecay)
      var (product, decay, t) = (1.0, 1.0, 0)
      // Of what is smaller nothing is left in 1 − product, so a late step takes no longer.
      while t < number, product > 0x1p-60 {
        decay *= ratio
        product *= beta1 * (1 - 0.5 * decay)
        t += 1
      }
      return product
    }
  }
}
