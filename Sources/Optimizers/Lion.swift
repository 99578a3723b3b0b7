import BackpropArrays
import BackpropNeuralNetworks

/// Lion: steps of one length for every number, in the direction of a running mean's sign. It remembers
/// half as much as ``Adam``.
///
/// With g = ∂L/∂w and the weight decay λ: w ← w − rate · (sign(β₁ m + (1 − β₁) g) + λ w), and then
/// m ← β₂ m + (1 − β₂) g.
///
/// Its rate is some tenth of that which suits ``AdamW``, and its weight decay ten times as large, so
/// that their product stays.
///
/// ```swift
/// let optimizer = Lion(for: model, learningRate: 1e-4, weightDecay: 0.1)
/// ```
///
/// Source: Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), algorithm 2, with its
/// defaults. PyTorch has none.
public final class Lion: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if two parameters have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: how far a step goes.
  ///   - beta1: β₁, the share of the running mean in what a step follows.
  ///   - beta2: β₂, how much of the running mean is kept.
  ///   - weightDecay: λ; a step takes rate · λ of each weight away.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double = 0, groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(beta1: beta1, beta2: beta2), for: model, learningRate: learningRate,
      weightDecay: weightDecay, groups: groups)
  }

  /// The rule of Lion, with the slot `mean`, m.
  public struct Rule: UpdateRule {
    /// β₁: the share of the running mean in what a step follows.
    public let beta1: Double
    /// β₂: how much of the running mean is kept.
    public let beta2: Double

    /// Lion.
    public init(beta1: Double = 0.9, beta2: Double = 0.99) {
      self.beta1 = beta1
      self.beta2 = beta2
    }

    public var slots: [String] { ["mean"] }

    public func update(
      _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
    ) {
      weight.descendBySign(
        gradient, mean: &slots[0], rate: step.learningRate, beta1: beta1, beta2: beta2,
        decoupledDecay: step.weightDecay)
    }
  }
}
