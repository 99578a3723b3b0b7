import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A transformer that predicts the next token of a text: Llama's form, of which Mistral's, Qwen's, Phi's
/// and Gemma's are settings.
///
/// Tokens become vectors by a table; blocks of grouped-query attention with rotary positions and of a
/// gated feed-forward part follow, each part with an RMS norm in front (Gemma 2 and 3: and one behind);
/// then a last norm, and a linear layer that gives the scores (or the table does).
/// `(batch, length) -> (batch, length, vocabulary)`.
///
/// ```swift
/// let model = Llama(LlamaSettings(vocabularySize: 512, width: 64, layers: 2, heads: 4), using: &random)
/// let scores = model(text[.all, ..<(-1)], mode)              // (12, 64) -> (12, 64, 512)
/// let loss = crossEntropy(logits: scores, targets: text[.all, 1...])
///
/// var memory: Llama.Memory? = nil                            // writing, token by token
/// model(start, continuing: &memory, .inference)              // (1, 12) -> (1, 12, 512)
/// model(token, continuing: &memory, .inference)              // (1, 1) -> (1, 1, 512)
/// ```
///
/// Texts longer than ``contextLength`` can be read, but the model has not learned from any. Names in
/// files are those of the library `transformers`.
///
/// Sources: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models" (2023) and
/// "Llama 2" (2023); Grattafiori et al., "The Llama 3 Herd of Models" (2024); Gemma Team, "Gemma 2"
/// (2024) and "Gemma 3 Technical Report" (2025).
public struct Llama: CausalTransformer {
  /// The vectors of tokens.
  public let tokens: Embedding
  /// The blocks, in order.
  public let blocks: [Block]
  /// The norm behind the last.
  public let norm: RMSNorm
  /// The layer that gives the scores; `nil` where the table of tokens does.
  public let output: Linear?
  /// What turns queries and keys, in all blocks or in those without a window.
  public let positions: RotaryPositions
  /// What turns them in blocks with a window, where that is something else.
  public let windowPositions: RotaryPositions?
  public let contextLength: Int?
  /// By what the vectors of tokens are multiplied; `nil` for nothing.
  public let embeddingScale: Double?
  /// A number c that no score exceeds, each score s being c tanh(s / c); `nil` for none.
  public let scoreCap: Double?

  /// A model of given parts. Traps unless they fit each other.
  ///
  /// - Parameters:
  ///   - tokens: the vectors of tokens.
  ///   - blocks: the blocks, in order, which turn queries and keys by `positions`.
  ///   - norm: the norm behind the last.
  ///   - output: the layer that gives the scores; `nil` where the table of tokens does.
  ///   - positions: what turns queries and keys.
  ///   - windowPositions: what turns them in blocks with a window, where that is something else.
  ///   - contextLength: how many tokens the texts had that the model learned from; `nil` if unknown.
  ///   - embeddingScale: by what the vectors of tokens are multiplied.
  ///   - scoreCap: what no score exceeds.
  public init(
    tokens: Embedding, blocks: [Block], norm: RMSNorm, output: Linear?, positions: RotaryPositions,
    windowPositions: RotaryPositions? = nil, contextLength: Int?, embeddingScale: Double? = nil,
    scoreCap: Double? = nil
  ) {
    let width = tokens.weight.shape[1]
    guard norm.shape == [width], blocks.allSatisfy({ $0.attentionNorm.shape == [width] }),
      output.map({ $0.weight.shape == [width, tokens.weight.shape[0]] }) ?? true
    else {
      ShapeError(
        "Llama", [tokens.weight.shape, norm.shape],
        "table, blocks, norm and output are not all of \(width) numbers a token"
      ).trap()
    }
    self.tokens = tokens
    self.blocks = blocks
    self.norm = norm
    self.output = output
    self.positions = positions
    self.windowPositions = windowPositions
    self.contextLength = contextLength
    self.embeddingScale = embeddingScale
    self.scoreCap = scoreCap
  }

  public var vocabularySize: Int { tokens.weight.shape[0] }
  public var outputTable: Embedding? { output == nil ? tokens : nil }
  public var attentionLayers: Int { blocks.count }

  public func vectors(
    of input: Tensor, continuing memory: inout KeyValueMemory, _ mode: Mode
  ) -> Tensor {
    var x = tokens(input, mode)
    if let embeddingScale { x = x * embeddingScale }
    // The same for queries and keys in all blocks of a kind.
    let places = memory.places(input.shape[1])
    func angles(_ positions: RotaryPositions) -> RotaryPositions.Angles? {
      x.isShapeOnly ? nil : positions.angles(at: places, scalarType: x.scalarType)
    }
    let all = angles(positions)
    let near = windowPositions.map { angles($0) } ?? all
    for (index, block) in blocks.enumerated() {
      x = block(
        x, by: block.attention.window == nil ? all : near, continuing: &memory, layer: index, mode)
    }
    return norm(x, mode)
  }

  public func scores(of vectors: Tensor, _ mode: Mode) -> Tensor {
    let scores = output.map { $0(vectors, mode) } ?? tokens.scores(of: vectors)
    return scoreCap.map { (scores / $0).tanh() * $0 } ?? scores
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "model.embed_tokens": tokens, "model.layers": blocks, "model.norm": norm, "lm_head": output,
    ])
  }

  public var fileAliases: [String: String] {
    output == nil ? ["lm_head.weight": "model.embed_tokens.weight"] : [:]
  }

  public var summaryName: String {
    "Llama(\(vocabularySize), \(blocks.count) layers of \(norm.shape[0]))"
  }
}

extension Llama {
  /// A block: x + attention(norm(x)), and then the same with the feed-forward part; what a part gives
  /// may have a norm of its own.
  ///
  /// `(batch, length, width) -> (batch, length, width)`.
  public struct Block: Layer {
    /// The norm in front of the attention.
    public let attentionNorm: RMSNorm
    /// By which tokens look at those before them.
    public let attention: GroupedQueryAttention
    /// The norm behind the attention; `nil` without one.
    public let attentionResultNorm: RMSNorm?
    /// The norm in front of the feed-forward part.
    public let feedForwardNorm: RMSNorm
    /// What follows for each token by itself.
    public let feedForward: GatedFeedForward
    /// The norm behind the feed-forward part; `nil` without one.
    public let feedForwardResultNorm: RMSNorm?

    /// A block of given layers.
    ///
    /// - Parameters:
    ///   - attentionNorm: the norm in front of the attention.
    ///   - attention: by which tokens look at those before them.
    ///   - attentionResultNorm: the norm behind the attention. Traps unless both parts have one or none.
    ///   - feedForwardNorm: the norm in front of the feed-forward part.
    ///   - feedForward: what follows for each token by itself.
    ///   - feedForwardResultNorm: the norm behind the feed-forward part.
    public init(
      attentionNorm: RMSNorm, attention: GroupedQueryAttention,
      attentionResultNorm: RMSNorm? = nil, feedForwardNorm: RMSNorm, feedForward: GatedFeedForward,
      feedForwardResultNorm: RMSNorm? = nil
    ) {
      guard (attentionResultNorm == nil) == (feedForwardResultNorm == nil) else {
        fatalError("Llama.Block: the results of both parts have a norm, or none has")
      }
      self.attentionNorm = attentionNorm
      self.attention = attention
      self.attentionResultNorm = attentionResultNorm
      self.feedForwardNorm = feedForwardNorm
      self.feedForward = feedForward
      self.feedForwardResultNorm = feedForwardResultNorm
    }

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      result(input, mode) { attention($0, mode) }
    }

    /// The block applied to what stands behind the tokens of a memory, into which it goes.
    func callAsFunction(
      _ input: Tensor, by angles: RotaryPositions.Angles?, continuing memory: inout KeyValueMemory,
      layer: Int, _ mode: Mode
    ) -> Tensor {
      mode.call(self) { mode in
        result(input, mode) { attention($0, by: angles, continuing: &memory, layer: layer, mode) }
      }
    }

    private func result(
      _ input: Tensor, _ mode: Mode, _ attending: (Tensor) -> Tensor
    ) -> Tensor {
      func normed(_ x: Tensor, _ norm: RMSNorm?) -> Tensor { norm.map { $0(x, mode) } ?? x }
      let x = input + normed(attending(attentionNorm(input, mode)), attentionResultNorm)
      return x + normed(feedForward(feedForwardNorm(x, mode), mode), feedForwardResultNorm)
    }

    public var members: [ModuleMember] {
      // What stands behind the attention has the name that elsewhere the norm of the next part has.
      let norms: [ModuleMember] =
        attentionResultNorm == nil
        ? ModuleMember.named(["post_attention_layernorm": feedForwardNorm])
        : ModuleMember.named([
          "post_attention_layernorm": attentionResultNorm,
          "pre_feedforward_layernorm": feedForwardNorm,
          "post_feedforward_layernorm": feedForwardResultNorm,
        ])
      return ModuleMember.named(["input_layernorm": attentionNorm, "self_attn": attention]) + norms
        + ModuleMember.named(["mlp": feedForward])
    }

    public var summaryName: String {
      "Llama.Block(\(attentionNorm.shape[0]), \(attention.heads) heads)"
    }
  }
}
