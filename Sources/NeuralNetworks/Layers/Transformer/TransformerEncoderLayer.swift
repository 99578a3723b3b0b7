import BackpropArrays
import BackpropAutodiff

/// A layer of a transformer that reads: each step looks at all others, and then goes through two linear
/// layers by itself.
///
/// With the norm behind each part, as in the paper, y = norm1(x + attention(x)), z = norm2(y + f(y))
/// where f is linear2(activation(linear1(y))); with the norm first, y = x + attention(norm1(x)),
/// z = y + f(norm2(y)). `(batch, steps, width) -> (batch, steps, width)`.
///
/// ```swift
/// let layer = TransformerEncoderLayer(.init(width: 64, heads: 4, feedForward: 256), using: &random)
/// layer(x, mode)
/// layer(x, mask: isWord, mode)       // (8, 1, 1, 20) flags: `false` for padding
/// ```
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017); the norm first: Xiong et al., "On Layer
/// Normalization in the Transformer Architecture" (2020); PyTorch's `TransformerEncoderLayer`, whose
/// names in files these are.
public struct TransformerEncoderLayer: Layer {
  /// What the layer is set to.
  public let settings: TransformerLayerSettings
  /// By which the steps look at each other.
  public let selfAttention: MultiHeadAttention
  /// The linear layer to the inner width.
  public let linear1: Linear
  /// The linear layer back.
  public let linear2: Linear
  /// The norm of the attention.
  public let norm1: LayerNorm
  /// The norm of the linear layers.
  public let norm2: LayerNorm
  /// What drops numbers between the linear layers.
  public let dropout: Dropout
  /// What drops numbers of the attention's result.
  public let dropout1: Dropout
  /// What drops numbers of the linear layers' result.
  public let dropout2: Dropout

  /// A layer with random weights, which start as PyTorch's do.
  ///
  /// - Parameters:
  ///   - settings: its widths and forms. Traps unless the heads divide the width.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ settings: TransformerLayerSettings, scalarType: ScalarType = .float32,
    using random: inout RandomSource
  ) {
    let (width, inner) = (settings.width, settings.feedForward)
    self.settings = settings
    selfAttention = settings.attention(scalarType, &random)
    linear1 = settings.linear(width, inner, scalarType, &random)
    linear2 = settings.linear(inner, width, scalarType, &random)
    norm1 = settings.norm(scalarType)
    norm2 = settings.norm(scalarType)
    dropout = Dropout(settings.dropout)
    dropout1 = Dropout(settings.dropout)
    dropout2 = Dropout(settings.dropout)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    result(input, mask: nil, isCausal: false, mode)
  }

  /// The layer applied to `input`, where not each step may look at all.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, steps, width).
  ///   - mask: of a shape that broadcasts to (batch, heads, steps, steps): flags, `true` for what a step
  ///     may look at, or numbers that are added to the scores. Steps that are padding are (batch, 1, 1,
  ///     steps).
  ///   - isCausal: whether a step may look at itself and those before it alone.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor?, isCausal: Bool = false, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { result(input, mask: mask, isCausal: isCausal, $0) }
  }

  private func result(_ input: Tensor, mask: Tensor?, isCausal: Bool, _ mode: Mode) -> Tensor {
    let x = settings.residual(input, norm1, mode) { x in
      dropout1(selfAttention(x, x, x, mask: mask, isCausal: isCausal, mode), mode)
    }
    return settings.residual(x, norm2, mode) { x in
      dropout2(linear2(dropout(settings.activation(x, after: linear1, mode), mode), mode), mode)
    }
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "self_attn": selfAttention, "linear1": linear1, "dropout": dropout, "linear2": linear2,
      "norm1": norm1, "norm2": norm2, "dropout1": dropout1, "dropout2": dropout2,
    ])
  }

  public var summaryName: String { settings.summary("TransformerEncoderLayer") }
}
