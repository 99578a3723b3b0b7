import BackpropAutodiff

extension Initializer {
  /// By what the standard deviation of weights is multiplied so that results keep their size through
  /// this activation: 1 for the identity and the sigmoid, 5/3 for tanh, √2 for relu. PyTorch's
  /// `calculate_gain`.
  ///
  /// ```swift
  /// let gain = Initializer.gain(for: .tanh)
  /// Linear(784, 50, initializer: .orthogonal(gain: gain), using: &random)
  /// Linear(784, 50, initializer: .varianceScaling(gain * gain, .fanAverage, .normal), using: &random)
  /// ```
  public static func gain(for activation: Activation) -> Double {
    switch activation {
    case .identity, .sigmoid: 1
    case .tanh: 5 / 3
    case .relu: 2.0.squareRoot()
    }
  }

  /// The gain for a leaky relu, √(2 / (1 + slope²)). PyTorch's `calculate_gain("leaky_relu", slope)`.
  ///
  /// Source: He et al., "Delving Deep into Rectifiers" (2015).
  ///
  /// - Parameter slope: the slope below zero.
  public static func gain(forLeakyReLU slope: Double = 0.01) -> Double {
    (2 / (1 + slope * slope)).squareRoot()
  }

  /// The gain for selu, 3/4, which was found by trial. PyTorch's `calculate_gain("selu")`. The networks
  /// of the paper that proposes selu start as ``lecun``, whose gain is 1.
  public static let gainForSELU = 0.75
}
