import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Adam: a step of its own for every number, from running means of the gradient and its square.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and with the bias of both corrected,
/// w ← w − rate · m̂ / (√v̂ + ε).
///
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), arranged as
/// PyTorch's `Adam`.
public final class Adam: Optimizer {
  public var learningRate: Double
  /// β₁: how much of the running mean of the gradient is kept.
  public let beta1: Double
  /// β₂: how much of the running mean of the squared gradient is kept.
  public let beta2: Double
  /// ε: keeps the division from a zero.
  public let epsilon: Double
  /// λ of weight decay: λ w is added to the gradient.
  public var weightDecay: Double
  private let parameters: [Parameter]
  private var means: [NDArray]
  private var squares: [NDArray]
  // Of each parameter by itself: one without a gradient is left out of a step.
  private var steps: [Int]

  /// An optimizer of a model's parameters.
  public init(
    for model: some Layer, learningRate: Double = 0.001, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    parameters = model.parameters
    means = parameters.map { .zeros($0.shape, scalarType: $0.scalarType) }
    squares = means
    steps = parameters.map { _ in 0 }
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public func update(using gradients: Gradients) {
    gradients.forEach(of: parameters) { index, parameter, gradient in
      steps[index] += 1
      let step = Double(steps[index])
      parameter.update {
        $0.adapt(
          gradient, mean: &means[index], square: &squares[index],
          AdamStep(
            rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            correction1: 1 - pow(beta1, step), correction2: 1 - pow(beta2, step),
            decay: weightDecay))
      }
    }
  }
}
