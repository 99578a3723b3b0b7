import BackpropArrays
import BackpropAutodiff

/// A transformer that predicts the next token of a text: GPT-2's form.
///
/// Tokens and their places become vectors by tables, blocks of causal attention and two linear layers
/// follow, each with its norm in front, and a last norm; a token's score is the product with its vector
/// in the table (or a linear layer's result). `(batch, length) -> (batch, length, vocabulary)`.
///
/// ```swift
/// let model = GPT(
///   vocabularySize: 65, contextLength: 64, width: 128, layers: 4, heads: 4, using: &random)
/// let scores = model(text[.all, ..<(-1)], mode)              // (12, 64) -> (12, 64, 65)
/// let loss = crossEntropy(logits: scores, targets: text[.all, 1...])
///
/// var memory: GPT.Memory? = nil                              // writing, token by token
/// model(start, continuing: &memory, .inference)              // (1, 12) -> (1, 12, 65)
/// model(token, continuing: &memory, .inference)              // (1, 1) -> (1, 1, 65)
/// ```
///
/// A text longer than ``contextLength`` traps, together with what the memory holds.
///
/// Weights start normal with the standard deviation 0.02, also those of places, for which GPT-2's own
/// program takes 0.01; biases are 0, and the last layer of each part of a block has 0.02 / √(2 · layers),
/// since 2 · layers such results add up. Names in files are GPT-2's, with linear layers where that has
/// `Conv1D`, as in nanoGPT. A table that also gives the scores is saved once, as
/// `transformer.wte.weight`; files in which it is `lm_head.weight` too, as nanoGPT's, can be loaded.
///
/// Sources: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019); Karpathy,
/// nanoGPT; the tied table: Press and Wolf, "Using the Output Embedding to Improve Language Models"
/// (2017).
public struct GPT: CausalTransformer {
  /// The vectors of tokens.
  public let tokens: Embedding
  /// The vectors of places.
  public let positions: Embedding
  /// What drops numbers of their sum in training.
  public let dropout: Dropout
  /// The blocks, in order.
  public let blocks: [Block]
  /// The norm behind the last.
  public let norm: LayerNorm
  /// The layer that gives the scores; `nil` where the table of tokens does.
  public let output: Linear?

  /// A model with random weights.
  ///
  /// - Parameters:
  ///   - vocabularySize: how many tokens there are.
  ///   - contextLength: how many tokens the model can look back on, the last included.
  ///   - width: how many numbers a token has within the model. Traps unless the heads divide it.
  ///   - layers: how many blocks.
  ///   - heads: how many heads the attention of a block has.
  ///   - dropout: how likely a number is dropped in training: of the vectors, of the attention's weights
  ///     and of each part's result.
  ///   - hasBias: whether linear layers and norms have biases.
  ///   - isOutputTied: whether the table of tokens gives the scores too.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    vocabularySize: Int, contextLength: Int, width: Int, layers: Int, heads: Int,
    dropout: Double = 0, hasBias: Bool = true, isOutputTied: Bool = true,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard vocabularySize > 0, contextLength > 0, width > 0, layers >= 0 else {
      fatalError(
        "GPT: a vocabulary of \(vocabularySize), a context of \(contextLength), \(width) numbers a "
          + "token and \(layers) layers; of the first three there is one at least")
    }
    let initializer = Initializer.normal(standardDeviation: 0.02)
    func table(_ count: Int, _ random: inout RandomSource) -> Embedding {
      Embedding(
        weight: initializer.array(
          [count, width], fanIn: width, fanOut: width, scalarType: scalarType, using: &random))
    }
    tokens = table(vocabularySize, &random)
    positions = table(contextLength, &random)
    self.dropout = Dropout(dropout)
    blocks = (0..<layers).map { _ in
      Block(
        width: width, heads: heads, layers: layers, dropout: dropout, hasBias: hasBias,
        scalarType: scalarType, using: &random)
    }
    norm = LayerNorm([width], hasBias: hasBias, scalarType: scalarType)
    output =
      isOutputTied
      ? nil
      : Linear(
        width, vocabularySize, hasBias: false, initializer: initializer, scalarType: scalarType,
        using: &random)
  }

  /// A model of given parts. Traps unless they fit each other.
  ///
  /// - Parameters:
  ///   - tokens: the vectors of tokens.
  ///   - positions: the vectors of places.
  ///   - dropout: how likely a number of their sum is dropped in training.
  ///   - blocks: the blocks, in order.
  ///   - norm: the norm behind the last.
  ///   - output: the layer that gives the scores; `nil` where the table of tokens does.
  public init(
    tokens: Embedding, positions: Embedding, dropout: Double = 0, blocks: [Block], norm: LayerNorm,
    output: Linear? = nil
  ) {
    let width = tokens.weight.shape[1]
    guard positions.weight.shape[1] == width, norm.shape == [width],
      blocks.allSatisfy({ $0.norm1.shape == [width] }),
      output.map({ $0.weight.shape == [width, tokens.weight.shape[0]] }) ?? true
    else {
      ShapeError(
        "GPT", [tokens.weight.shape, positions.weight.shape, norm.shape],
        "tables, blocks, norm and output are not all of \(width) numbers a token"
      ).trap()
    }
    self.tokens = tokens
    self.positions = positions
    self.dropout = Dropout(dropout)
    self.blocks = blocks
    self.norm = norm
    self.output = output
  }

  public var vocabularySize: Int { tokens.weight.shape[0] }
  public var contextLength: Int? { positions.weight.shape[0] }
  public var outputTable: Embedding? { output == nil ? tokens : nil }

  public var attentionLayers: Int { blocks.count }

  public func vectors(
    of input: Tensor, continuing memory: inout KeyValueMemory, _ mode: Mode
  ) -> Tensor {
    let (start, end) = (memory.count, memory.count + input.shape[1])
    guard end <= positions.weight.shape[0] else {
      return input.failing(
        ShapeError(
          "GPT", [input.shape],
          "\(end) tokens are more than the \(positions.weight.shape[0]) that the model can look "
            + "back on" + (start > 0 ? "; \(start) of them are in the memory" : "")))
    }
    let places = memory.places(input.shape[1])
    var x = dropout(tokens(input, mode) + positions(places, mode), mode)
    for (index, block) in blocks.enumerated() {
      x = block(x, continuing: &memory, layer: index, mode)
    }
    return norm(x, mode)
  }

  public func scores(of vectors: Tensor, _ mode: Mode) -> Tensor {
    output.map { $0(vectors, mode) } ?? tokens.scores(of: vectors)
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "transformer.wte": tokens, "transformer.wpe": positions, "transformer.drop": dropout,
      "transformer.h": blocks, "transformer.ln_f": norm, "lm_head": output,
    ])
  }

  public var fileAliases: [String: String] {
    output == nil ? ["lm_head.weight": "transformer.wte.weight"] : [:]
  }

  public var summaryName: String {
    let (count, width) = (vocabularySize, norm.shape[0])
    return "GPT(\(count), \(blocks.count) layers of \(width), context \(positions.weight.shape[0]))"
  }
}
