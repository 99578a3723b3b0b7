import BackpropArrays
import BackpropAutodiff

/// The function behind the first linear layer of a transformer's feed-forward part.
public enum FeedForwardActivation: Sendable, Hashable {
  /// max(x, 0), as in the first transformers.
  case relu
  /// The Gaussian error linear unit.
  case gelu(GELUApproximation = .none)
  /// x · sigmoid(x), the sigmoid linear unit, also called swish.
  case silu

  /// A linear layer and then this function.
  package func callAsFunction(_ x: Tensor, after linear: Linear, _ mode: Mode) -> Tensor {
    switch self {
    case .relu: linear(x, then: .relu, mode)
    case .gelu(let approximation): linear(x, mode).gelu(approximation: approximation)
    case .silu: linear(x, mode).silu()
    }
  }
}

/// What a layer of a transformer is set to, of an encoder or a decoder.
///
/// The defaults are those of PyTorch's layers.
public struct TransformerLayerSettings: Sendable, Hashable {
  /// How many numbers a step has: PyTorch's `d_model`.
  public var width: Int
  /// How many heads the attention has; they divide the width.
  public var heads: Int
  /// How many numbers a step has between the two linear layers: PyTorch's `dim_feedforward`.
  public var feedForward: Int
  /// How likely a number is dropped in training: a weight of the attention, a result of a part, or of
  /// the function between the linear layers.
  public var dropout: Double
  /// The function between the two linear layers.
  public var activation: FeedForwardActivation
  /// What is added to the variance in norms.
  public var epsilon: Double
  /// Whether each part is x + f(norm(x)), which trains deep stacks more easily, and not
  /// norm(x + f(x)), as in the paper.
  public var isNormFirst: Bool
  /// Whether linear layers and norms have biases.
  public var hasBias: Bool

  /// Settings of a layer.
  ///
  /// - Parameters:
  ///   - width: how many numbers a step has.
  ///   - heads: how many heads the attention has.
  ///   - feedForward: how many numbers a step has between the two linear layers.
  ///   - dropout: how likely a number is dropped in training.
  ///   - activation: the function between the two linear layers.
  ///   - epsilon: what is added to the variance in norms.
  ///   - isNormFirst: whether norms stand in front of the parts, and not behind them.
  ///   - hasBias: whether linear layers and norms have biases.
  public init(
    width: Int, heads: Int, feedForward: Int = 2048, dropout: Double = 0.1,
    activation: FeedForwardActivation = .relu, epsilon: Double = 1e-5, isNormFirst: Bool = false,
    hasBias: Bool = true
  ) {
    self.width = width
    self.heads = heads
    self.feedForward = feedForward
    self.dropout = dropout
    self.activation = activation
    self.epsilon = epsilon
    self.isNormFirst = isNormFirst
    self.hasBias = hasBias
  }

  func attention(_ scalarType: ScalarType, _ random: inout RandomSource) -> MultiHeadAttention {
    MultiHeadAttention(
      width, heads: heads, dropout: dropout, hasBias: hasBias, scalarType: scalarType,
      using: &random)
  }

  /// A linear layer that starts as PyTorch's.
  func linear(
    _ inputs: Int, _ outputs: Int, _ scalarType: ScalarType, _ random: inout RandomSource
  ) -> Linear {
    Linear(inputs, outputs, hasBias: hasBias, scalarType: scalarType, using: &random)
  }

  func norm(_ scalarType: ScalarType) -> LayerNorm {
    LayerNorm([width], epsilon: epsilon, hasBias: hasBias, scalarType: scalarType)
  }

  /// A part of a layer with its norm: norm(x + part(x)), or x + part(norm(x)).
  func residual(
    _ x: Tensor, _ norm: LayerNorm, _ mode: Mode, _ part: (Tensor) -> Tensor
  ) -> Tensor {
    isNormFirst ? x + part(norm(x, mode)) : norm(x + part(x), mode)
  }

  func summary(_ name: String) -> String {
    "\(name)(\(width), \(heads) heads, \(feedForward)\(isNormFirst ? ", norm first" : ""))"
  }
}
