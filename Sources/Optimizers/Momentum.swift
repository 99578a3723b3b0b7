import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// Gradient descent that gathers speed: v ← μ v + ∂L/∂w, w ← w − rate · v.
///
/// With Nesterov's variant, the step looks ahead: w ← w − rate · (∂L/∂w + μ v).
///
/// Source: Polyak (1964); Sutskever et al., "On the importance of initialization and momentum in
/// deep learning" (2013), in the form that PyTorch's `SGD` uses.
public final class Momentum: Optimizer {
  public var learningRate: Double
  /// μ: how much of the last step's speed is kept.
  public var momentum: Double
  /// λ of weight decay: λ w is added to the gradient.
  public var weightDecay: Double
  /// Whether to use Nesterov's variant.
  public let isNesterov: Bool
  private let parameters: [Parameter]
  private var velocities: [NDArray]

  /// An optimizer of a model's parameters.
  public init(
    for model: some Layer, learningRate: Double = 0.01, momentum: Double = 0.9,
    weightDecay: Double = 0, isNesterov: Bool = false
  ) {
    parameters = model.parameters
    velocities = parameters.map { .zeros($0.shape, scalarType: $0.scalarType) }
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }

  public func update(using gradients: Gradients) {
    gradients.forEach(of: parameters) { index, parameter, gradient in
      parameter.update {
        $0.descend(
          gradient, velocity: &velocities[index], rate: learningRate, momentum: momentum,
          decay: weightDecay, isNesterov: isNesterov)
      }
    }
  }
}
