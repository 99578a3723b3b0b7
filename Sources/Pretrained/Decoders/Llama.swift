import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A transformer that predicts the next token of a text: Llama's form, of which Mistral's and Qwen's
/// are settings.
///
/// Tokens become vectors by a table; blocks of grouped-query attention with rotary positions and of a
/// gated feed-forward part follow, each part with an RMS norm in front; then a last norm, and a linear
/// layer that gives the scores (or the table does). `(batch, length) -> (batch, length, vocabulary)`.
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
/// "Llama 2" (2023); Grattafiori et al., "The Llama 3 Herd of Models" (2024).
public struct Llama: Layer, LanguageModel {
  /// The vectors of tokens.
  public let tokens: Embedding
  /// The blocks, in order.
  public let blocks: [Block]
  /// The norm behind the last.
  public let norm: RMSNorm
  /// The layer that gives the scores; `nil` where the table of tokens does.
  public let output: Linear?
  /// What turns queries and keys in all blocks.
  public let positions: RotaryPositions
  public let contextLength: Int?

  /// A model of given parts. Traps unless they fit each other.
  ///
  /// - Parameters:
  ///   - tokens: the vectors of tokens.
  ///   - blocks: the blocks, in order, which all turn queries and keys by `positions`.
  ///   - norm: the norm behind the last.
  ///   - output: the layer that gives the scores; `nil` where the table of tokens does.
  ///   - positions: what turns queries and keys.
  ///   - contextLength: how many tokens the texts had that the model learned from; `nil` if unknown.
  public init(
    tokens: Embedding, blocks: [Block], norm: RMSNorm, output: Linear?, positions: RotaryPositions,
    contextLength: Int?
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
    self.contextLength = contextLength
  }

  /// The keys and values of the tokens that were read, of each block.
  public struct Memory: Sendable {
    /// One for each block.
    public fileprivate(set) var caches: [KeyValueCache]
    /// How many tokens were read.
    public fileprivate(set) var count = 0
  }

  public var vocabularySize: Int { tokens.weight.shape[0] }
  public var outputTable: Embedding? { output == nil ? tokens : nil }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    scores(of: vectors(input, mode), mode)
  }

  /// What the model makes of each token, behind the last norm: what the scores are worked out from.
  ///
  /// - Parameters:
  ///   - tokens: of shape (batch, length).
  ///   - mode: whether the model is being trained or used.
  /// - Returns: of shape (batch, length, width).
  public func hiddenStates(of tokens: Tensor, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in vectors(tokens, mode) }
  }

  public func callAsFunction(
    _ tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor {
    mode.call(self) { mode in scores(of: vectors(tokens, continuing: &memory, mode), mode) }
  }

  public func nextScores(
    after tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor {
    mode.call(self) { mode in
      scores(of: vectors(tokens, continuing: &memory, mode)[.all, -1], mode)
    }
  }

  private func vectors(
    _ tokens: Tensor, continuing memory: inout Memory?, _ mode: Mode
  ) -> Tensor {
    // Moved, not copied, so that the caches are written in place.
    var current = memory.take() ?? Memory(caches: blocks.map { _ in KeyValueCache() })
    defer { memory = current }
    guard current.caches.count == blocks.count else {
      fatalError(
        "Llama: a memory of \(current.caches.count) layers was given to a model of \(blocks.count)")
    }
    let result = vectors(tokens, from: current.count, mode) { block, index, x, angles in
      block(x, by: angles, continuing: &current.caches[index], mode)
    }
    if !result.isShapeOnly { current.count += tokens.shape[1] }
    return result
  }

  private func vectors(_ tokens: Tensor, _ mode: Mode) -> Tensor {
    vectors(tokens, from: 0, mode) { block, _, x, angles in block(x, by: angles, mode) }
  }

  private func vectors(
    _ input: Tensor, from start: Int, _ mode: Mode,
    _ apply: (Block, Int, Tensor, RotaryPositions.Angles?) -> Tensor
  ) -> Tensor {
    guard input.rank == 2, !input.scalarType.isFloatingPoint else {
      return input.failing(
        ShapeError(
          "Llama", [input.shape],
          "tokens are whole numbers of shape (batch, length), and these are \(input.scalarType)"))
    }
    var x = tokens(input, mode)
    let angles =
      x.isShapeOnly
      ? nil : positions.angles(input.shape[1], offset: start, scalarType: x.scalarType)
    for (index, block) in blocks.enumerated() { x = apply(block, index, x, angles) }
    return norm(x, mode)
  }

  private func scores(of vectors: Tensor, _ mode: Mode) -> Tensor {
    output.map { $0(vectors, mode) } ?? tokens.scores(of: vectors)
  }

  public var inputScalarType: ScalarType { .int64 }

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
  /// A block: x + attention(norm(x)), and then the same with the feed-forward part.
  ///
  /// `(batch, length, width) -> (batch, length, width)`.
  public struct Block: Layer {
    /// The norm in front of the attention.
    public let attentionNorm: RMSNorm
    /// By which tokens look at those before them.
    public let attention: GroupedQueryAttention
    /// The norm in front of the feed-forward part.
    public let feedForwardNorm: RMSNorm
    /// What follows for each token by itself.
    public let feedForward: GatedFeedForward

    /// A block of given layers.
    ///
    /// - Parameters:
    ///   - attentionNorm: the norm in front of the attention.
    ///   - attention: by which tokens look at those before them.
    ///   - feedForwardNorm: the norm in front of the feed-forward part.
    ///   - feedForward: what follows for each token by itself.
    public init(
      attentionNorm: RMSNorm, attention: GroupedQueryAttention, feedForwardNorm: RMSNorm,
      feedForward: GatedFeedForward
    ) {
      self.attentionNorm = attentionNorm
      self.attention = attention
      self.feedForwardNorm = feedForwardNorm
      self.feedForward = feedForward
    }

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      result(input, mode) { attention($0, mode) }
    }

    func callAsFunction(
      _ input: Tensor, by angles: RotaryPositions.Angles?, _ mode: Mode
    ) -> Tensor {
      mode.call(self) { mode in result(input, mode) { attention($0, by: angles, mode) } }
    }

    /// The block applied to what stands behind the tokens of a cache, into which it goes.
    func callAsFunction(
      _ input: Tensor, by angles: RotaryPositions.Angles?, continuing cache: inout KeyValueCache,
      _ mode: Mode
    ) -> Tensor {
      mode.call(self) { mode in
        result(input, mode) { attention($0, by: angles, continuing: &cache, mode) }
      }
    }

    private func result(
      _ input: Tensor, _ mode: Mode, _ attending: (Tensor) -> Tensor
    ) -> Tensor {
      let x = input + attending(attentionNorm(input, mode))
      return x + feedForward(feedForwardNorm(x, mode), mode)
    }

    public var members: [ModuleMember] {
      ModuleMember.named([
        "input_layernorm": attentionNorm, "self_attn": attention,
        "post_attention_layernorm": feedForwardNorm, "mlp": feedForward,
      ])
    }

    public var summaryName: String {
      "Llama.Block(\(attentionNorm.shape[0]), \(attention.heads) heads)"
    }
  }
}
