import BackpropArrays
import BackpropAutodiff

/// A layer of a transformer that writes: each step looks at the steps before it, then at what an encoder
/// made of another text, and then goes through two linear layers by itself.
///
/// With the norm behind each part, y = norm1(x + attention(x)), z = norm2(y + attention(y, memory)),
/// norm3(z + f(z)) where f is linear2(activation(linear1(z))); with the norm first, each part is
/// x + part(norm(x)). `(batch, n, width)` and a memory `(batch, m, width)` give `(batch, n, width)`.
///
/// ```swift
/// let layer = TransformerDecoderLayer(.init(width: 64, heads: 4, feedForward: 256), using: &random)
/// layer(x, memory, isCausal: true, mode)
/// ```
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017); PyTorch's `TransformerDecoderLayer`, whose
/// names in files these are.
public struct TransformerDecoderLayer: Module {
  /// What the layer is set to.
  public let settings: TransformerLayerSettings
  /// By which the steps look at each other.
  public let selfAttention: MultiHeadAttention
  /// By which they look at the memory.
  public let memoryAttention: MultiHeadAttention
  /// The linear layer to the inner width.
  public let linear1: Linear
  /// The linear layer back.
  public let linear2: Linear
  /// The norm of the attention among the steps.
  public let norm1: LayerNorm
  /// The norm of the attention to the memory.
  public let norm2: LayerNorm
  /// The norm of the linear layers.
  public let norm3: LayerNorm
  /// What drops numbers between the linear layers.
  public let dropout: Dropout
  /// What drops numbers of the attention among the steps.
  public let dropout1: Dropout
  /// What drops numbers of the attention to the memory.
  public let dropout2: Dropout
  /// What drops numbers of the linear layers' result.
  public let dropout3: Dropout

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
    memoryAttention = settings.attention(scalarType, &random)
    linear1 = settings.linear(width, inner, scalarType, &random)
    linear2 = settings.linear(inner, width, scalarType, &random)
    norm1 = settings.norm(scalarType)
    norm2 = settings.norm(scalarType)
    norm3 = settings.norm(scalarType)
    dropout = Dropout(settings.dropout)
    dropout1 = Dropout(settings.dropout)
    dropout2 = Dropout(settings.dropout)
    dropout3 = Dropout(settings.dropout)
  }

  /// The layer applied to `input`.
  ///
  /// - Parameters:
  ///   - input: of shape (batch, n, width).
  ///   - memory: what an encoder gave, of shape (batch, m, width).
  ///   - mask: which of the steps a step may look at: of a shape that broadcasts to
  ///     (batch, heads, n, n), flags or numbers that are added to the scores.
  ///   - memoryMask: the same of the memory, (batch, heads, n, m); where it is padding, (batch, 1, 1, m).
  ///   - isCausal: whether a step may look at itself and those before it alone.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, _ memory: Tensor, mask: Tensor? = nil, memoryMask: Tensor? = nil,
    isCausal: Bool = false, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      result(input, memory, memoryMask, mode) { x, mode in
        selfAttention(x, x, x, mask: mask, isCausal: isCausal, mode)
      }
    }
  }

  /// The layer applied to steps that follow those of earlier calls, whose keys and values are in a
  /// cache: each looks at these, itself and those before it.
  ///
  /// - Parameters:
  ///   - input: the new steps, of shape (batch, new, width).
  ///   - memory: what an encoder gave, of shape (batch, m, width).
  ///   - memoryMask: which of the memory a step may look at: of a shape that broadcasts to
  ///     (batch, heads, new, m).
  ///   - cache: this layer's cache, which takes in the new steps.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(
    _ input: Tensor, _ memory: Tensor, memoryMask: Tensor? = nil,
    continuing cache: inout KeyValueCache, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      result(input, memory, memoryMask, mode) { x, mode in
        selfAttention(x, x, x, isCausal: true, continuing: &cache, mode)
      }
    }
  }

  private func result(
    _ input: Tensor, _ memory: Tensor, _ memoryMask: Tensor?, _ mode: Mode,
    attention: (Tensor, Mode) -> Tensor
  ) -> Tensor {
    var x = settings.residual(input, norm1, mode) { dropout1(attention($0, mode), mode) }
    x = settings.residual(x, norm2, mode) { x in
      dropout2(memoryAttention(x, memory, memory, mask: memoryMask, mode), mode)
    }
    return settings.residual(x, norm3, mode) { x in
      dropout3(linear2(dropout(settings.activation(x, after: linear1, mode), mode), mode), mode)
    }
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "self_attn": selfAttention, "multihead_attn": memoryAttention, "linear1": linear1,
      "dropout": dropout, "linear2": linear2, "norm1": norm1, "norm2": norm2, "norm3": norm3,
      "dropout1": dropout1, "dropout2": dropout2, "dropout3": dropout3,
    ])
  }

  public var summaryName: String { settings.summary("TransformerDecoderLayer") }
}
