import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Stochastic gradient descent: w ← w − rate · ∂L/∂w.
///
/// Source: Robbins and Monro, "A Stochastic Approximation Method" (1951).
public final class SGD: Optimizer {
  public var learningRate: Double
  /// λ of weight decay: λ w is added to the gradient.
  public var weightDecay: Double
  private let parameters: [Parameter]

  /// An optimizer of a model's parameters.
  public init(for model: some Layer, learningRate: Double = 0.01, weightDecay: Double = 0) {
    parameters = model.parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }

  public func update(using gradients: Gradients) {
    let (rate, decay) = (learningRate, weightDecay)
    gradients.forEach(of: parameters) { _, parameter, gradient in
      parameter.update { $0.descend(gradient, rate: rate, decay: decay) }
    }
  }
}
