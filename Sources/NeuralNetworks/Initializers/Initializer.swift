import BackpropArrays
import BackpropAutodiff

/// What the weights of a layer start as.
///
/// Random weights of a size that suits the layer keep results and gradients from growing or fading
/// from layer to layer.
public enum Initializer: Sendable, Hashable {
  /// Normal with mean 0 and the given standard deviation.
  case normal(standardDeviation: Double)
  /// Uniform between the bounds.
  case uniform(low: Double, high: Double)
  /// Normal with variance 2 / (inputs + outputs), for sigmoid and tanh. Source: Glorot and Bengio,
  /// "Understanding the difficulty of training deep feedforward neural networks" (2010).
  case xavier
  /// Normal with variance 2 / inputs, for relu. Source: He et al., "Delving Deep into Rectifiers"
  /// (2015).
  case he
  /// Zeros.
  case zeros

  /// He's for relu, Xavier's for the others.
  public static func suited(to activation: Activation) -> Initializer {
    activation == .relu ? .he : .xavier
  }

  /// An array of `shape` so filled. The first axis counts as inputs and the last as outputs.
  public func array(
    _ shape: Shape, scalarType: ScalarType = .float32, using random: inout RandomSource
  ) -> NDArray {
    let (inputs, outputs) = (Double(shape.first ?? 1), Double(shape.last ?? 1))
    switch self {
    case .zeros: return .zeros(shape, scalarType: scalarType)
    case .normal(let standardDeviation):
      return .normal(
        shape, standardDeviation: standardDeviation, scalarType: scalarType, using: &random)
    case .xavier:
      let standardDeviation = (2 / (inputs + outputs)).squareRoot()
      return .normal(
        shape, standardDeviation: standardDeviation, scalarType: scalarType, using: &random)
    case .he:
      return .normal(
        shape, standardDeviation: (2 / inputs).squareRoot(), scalarType: scalarType, using: &random)
    case .uniform(let low, let high):
      return .uniform(shape, in: low..<high, scalarType: scalarType, using: &random)
    }
  }
}
