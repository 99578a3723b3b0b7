import BackpropArrays
import BackpropNeuralNetworks

/// Stochastic gradient descent, with momentum if wanted.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay:
///
/// - plain: w ← w − rate · g
/// - with momentum μ: v ← μ v + g, w ← w − rate · v
/// - with momentum dampened by d: v ← μ v + (1 − d) g, but v ← g in the first step
/// - with Nesterov's variant, which looks ahead: v ← μ v + g, w ← w − rate · (g + μ v)
///
/// ```swift
/// let optimizer = SGD(for: model, learningRate: 0.1, momentum: 0.9)
/// ```
///
/// Source: Robbins and Monro, "A Stochastic Approximation Method" (1951); Polyak (1964); Sutskever et
/// al., "On the importance of initialization and momentum in deep learning" (2013), in the form that
/// PyTorch's `SGD` uses, whose default rate is 0.001.
public final class SGD: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if Nesterov's variant is asked for without momentum or with dampening, or two parameters
  /// have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: how far a step goes.
  ///   - momentum: μ, how much of the last step's speed is kept; 0 keeps none, and no memory for it.
  ///   - dampening: d, how much of a gradient the momentum leaves out.
  ///   - nesterov: whether to use Nesterov's variant, which needs momentum.
  ///   - weightDecay: λ; λ w is added to the gradient.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.01, momentum: Double = 0,
    dampening: Double = 0, nesterov: Bool = false, weightDecay: Double = 0,
    groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(momentum: momentum, dampening: dampening, nesterov: nesterov), for: model,
      learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }

  /// The rule of gradient descent, with the slot `velocity` where there is momentum.
  public struct Rule: UpdateRule {
    /// μ: how much of the last step's speed is kept.
    public let momentum: Double
    /// d: how much of a gradient the momentum leaves out.
    public let dampening: Double
    /// Whether to use Nesterov's variant.
    public let isNesterov: Bool

    /// Gradient descent.
    ///
    /// Traps if Nesterov's variant is asked for without momentum or with dampening.
    ///
    /// - Parameters:
    ///   - momentum: μ, how much of the last step's speed is kept.
    ///   - dampening: d, how much of a gradient the momentum leaves out.
    ///   - nesterov: whether to use Nesterov's variant.
    public init(momentum: Double = 0, dampening: Double = 0, nesterov: Bool = false) {
      guard momentum != 0 || !nesterov else {
        fatalError("SGD: Nesterov's variant looks ahead by the momentum, and needs some; give 0.9")
      }
      guard dampening == 0 || !nesterov else {
        fatalError(
          "SGD: Nesterov's variant looks ahead by the whole gradient, and dampening leaves out "
            + "\(dampening) of it; give 0")
      }
      self.momentum = momentum
      self.dampening = dampening
      isNesterov = nesterov
    }

    public var slots: [String] { momentum == 0 ? [] : ["velocity"] }

    public func update(
      _ weight: inout NDArray, gradient: NDArray, slots: inout [NDArray], step: UpdateStep
    ) {
      if momentum == 0 {
        weight.descend(gradient, rate: step.learningRate, decay: step.weightDecay)
      } else {
        weight.descend(
          gradient, velocity: &slots[0], rate: step.learningRate, momentum: momentum,
          fresh: step.number == 1 ? 1 : 1 - dampening, decay: step.weightDecay,
          isNesterov: isNesterov)
      }
    }
  }
}
