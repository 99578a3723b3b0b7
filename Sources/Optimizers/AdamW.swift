import BackpropNeuralNetworks

/// Adam whose weight decay shrinks the weights themselves: decay that is added to the gradient would
/// be scaled with it, so that weights of large gradients would hardly decay.
///
/// w ← w − rate · λ w, and then ``Adam``'s step from g = ∂L/∂w.
///
/// ```swift
/// let optimizer = AdamW(
///   for: model, learningRate: 1e-3, weightDecay: 0.01,
///   groups: [ParameterGroup(where: { _, parameter in parameter.rank < 2 }, weightDecay: 0)])
/// ```
///
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), arranged as
/// PyTorch's `AdamW`, with its defaults.
public final class AdamW: Optimizer {
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
  ///   - weightDecay: λ; a step takes rate · λ of each weight away.
  ///   - amsgrad: whether to divide by the largest v so far, as ``Adam`` may.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 0.001, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01,
    amsgrad: Bool = false, groups: [ParameterGroup] = []
  ) {
    super.init(
      Adam.Rule(
        beta1: beta1, beta2: beta2, epsilon: epsilon, decouplesWeightDecay: true, amsgrad: amsgrad),
      for: model, learningRate: learningRate, weightDecay: weightDecay, groups: groups)
  }
}
