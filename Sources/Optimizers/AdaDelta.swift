import BackpropAutodiff
import BackpropNeuralNetworks

/// AdaDelta: steps whose length follows from those before, without a rate that has to be found.
///
/// With g = ∂L/∂w + λ w, where λ is the weight decay: v ← ρ v + (1 − ρ) g²,
/// Δ = √(u + ε) / √(v + ε) · g, u ← ρ u + (1 − ρ) Δ², and w ← w − rate · Δ.
///
/// ```swift
/// let optimizer = AdaDelta(for: model)
/// ```
///
/// Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), arranged as PyTorch's
/// `Adadelta`, with its defaults.
public final class AdaDelta: Optimizer {
  /// An optimizer of a model's parameters.
  ///
  /// Traps if two parameters have one name.
  ///
  /// - Parameters:
  ///   - model: whose parameters to change.
  ///   - learningRate: what the step is multiplied by; 1 is the paper's.
  ///   - rho: ρ, how much of the running means is kept.
  ///   - epsilon: ε, which keeps the division from a zero and lets the first step be one.
  ///   - weightDecay: λ; λ w is added to the gradient.
  ///   - groups: settings for some of the parameters.
  public init(
    for model: some Module, learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: Double = 0, groups: [ParameterGroup] = []
  ) {
    super.init(
      Rule(rho: rho, epsilon: epsilon), for: model, learningRate: learningRate,
      weightDecay: weightDecay, groups: groups)
  }

  /// The rule of AdaDelta, with the slots `square`, v, and `squareChange`, u.
  public struct Rule: ComposedRule {
    /// ρ: how much of the running means is kept.
    public let rho: Double
    /// ε: keeps the division from a zero and lets the first step be one.
    public let epsilon: Double

    /// AdaDelta.
    public init(rho: Double = 0.9, epsilon: Double = 1e-6) {
      self.rho = rho
      self.epsilon = epsilon
    }

    public var slots: [String] { ["square", "squareChange"] }

    public func newValue(
      of weight: Tensor, gradient: Tensor, slots: inout [Tensor], step: UpdateStep
    ) -> Tensor {
      let g = step.addingDecay(of: weight, to: gradient)
      slots[0] = slots[0] * rho + g.squared() * (1 - rho)
      let change = (slots[1] + epsilon).squareRoot() / (slots[0] + epsilon).squareRoot() * g
      slots[1] = slots[1] * rho + change.squared() * (1 - rho)
      return weight - change * step.learningRate
    }
  }
}
