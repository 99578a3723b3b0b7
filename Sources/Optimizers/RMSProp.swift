import BackpropArrays
import BackpropNeuralNetworks

/// RMSProp: steps that are divided by the size of the last gradients, a running mean of their squares.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay:
///
/// - plain: v ← α v + (1 − α) g², w ← w − rate · g / (√v + ε)
/// - centered: m ← α m + (1 − α) g too, and √(v − m²) in the place of √v. Where rounding leaves
///   v − m² below 0, it is 0; PyTorch's weight becomes NaN there
/// - with momentum μ: b ← μ b + g / (√v + ε), w ← w − rate · b
///
/// ```swift
/// let optimizer = RMSProp(for: model, learningRate: 0.001, momentum: 0.9)
/// ```
///
/// Source: Tieleman and Hinton, "Lecture 6.5 — RMSProp" (2012); Graves, "Generating Sequences With
/// Recurrent Neural Networks" (2013), section 4.2, for the centered variant; arranged as PyTorch's
/// `RMSprop`, with its defaults.
public final class RMSProp: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if two parameters have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: how far a step goes.
  ///   - alpha: α, how much of the running means is kept.
  ///   - epsilon: ε, which keeps the division from a zero.
  ///   - momentum: μ, how much of the last step's speed is kept; 0 keeps none, and no memory for it.
  ///   - centered: whether to divide by the spread of the gradients around their mean.
  ///   - weightDecay: λ; λ w is added to the gradient.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.01, alpha: Double = 0.99,
    epsilon: Double = 1e-8, momentum: Double = 0, centered: Bool = false, weightDecay: Double = 0,
    groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(alpha: alpha, epsilon: epsilon, momentum: momentum, centered: centered), for: model,
      learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of RMSProp, with the slots `square`, v, and where they are needed `mean`, m, and
  /// `velocity`, b.
  public struct Rule: UpdateRule {
    /// α: how much of the running means is kept.
    public let alpha: Double
    /// ε: keeps the division from a zero.
    public let epsilon: Double
    /// μ: how much of the last step's speed is kept.
    public let momentum: Double
    /// Whether to divide by the spread of the gradients around their mean.
    public let isCentered: Bool

    /// RMSProp.
    ///
    /// - Parameters:
    ///   - alpha: α, how much of the running means is kept.
    ///   - epsilon: ε, which keeps the division from a zero.
    ///   - momentum: μ, how much of the last step's speed is kept.
    ///   - centered: whether to divide by the spread of the gradients around their mean.
    public init(
      alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, centered: Bool = false
    ) {
      self.alpha = alpha
      self.epsilon = epsilon
      self.momentum = momentum
      isCentered = centered
    }

    public var slots: [String] {
      ["square"] + (isCentered ? ["mean"] : []) + (momentum == 0 ? [] : ["velocity"])
    }

    public func update(
      _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
    ) {
      weight.adapt(
        gradient, slots: &slots, meanAt: isCentered ? 1 : nil,
        velocityAt: momentum == 0 ? nil : slots.count - 1,
        RMSPropStep(
          rate: step.learningRate, keep: alpha, add: 1 - alpha, epsilon: epsilon,
          momentum: momentum, decay: step.weightDecay))
    }
  }
}
