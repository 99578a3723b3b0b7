import BackpropArrays
import BackpropNeuralNetworks

/// What a ``Llama`` is set to: its widths, heads and forms.
public struct LlamaSettings: Sendable, Hashable {
  /// How many tokens there are.
  public var vocabularySize: Int
  /// How many numbers a token has within the model.
  public var width: Int
  /// How many blocks there are.
  public var layers: Int
  /// How many heads of the attention ask.
  public var heads: Int
  /// How many heads have keys and values; they divide `heads`.
  public var keyValueHeads: Int
  /// How many numbers a query and a key have; an even number.
  public var headWidth: Int
  /// How many numbers a token has within the feed-forward part.
  public var feedForward: Int
  /// How many tokens a text has at most.
  public var contextLength: Int
  /// The base of the positions' angles.
  public var base = 10_000.0
  /// How the angles are slowed down.
  public var scaling = RotaryScaling.none
  /// How many numbers of a query and a key are turned, an even number; `nil` for all.
  public var rotaryWidth: Int?
  /// By what the numbers that are turned are multiplied besides.
  public var rotaryMagnitude = 1.0
  /// The base of the angles in blocks with a window, which are then not slowed down; `nil` where they
  /// are those of the others.
  public var windowBase: Double?
  /// How many tokens a token looks at, itself among them, in each block; `nil` for all before it.
  public var windows: [Int?]
  /// What norms add to the mean of squares.
  public var epsilon = 1e-6
  /// The function of the feed-forward part.
  public var activation = FeedForwardActivation.silu
  /// Whether queries, keys and values have biases.
  public var hasAttentionBias = false
  /// Whether what mixes the heads has one.
  public var hasOutputBias = false
  /// Whether the feed-forward part has biases.
  public var hasFeedForwardBias = false
  /// Whether queries and keys have norms.
  public var hasQueryKeyNorms = false
  /// Whether the results of attention and feed-forward part have norms, as Gemma 2 has them.
  public var hasResultNorms = false
  /// Whether norms multiply by 1 + weight.
  public var hasOffsetNorms = false
  /// By what the products of queries and keys are multiplied; `nil` for 1 / √headWidth.
  public var attentionScale: Double?
  /// A number that no product of a query and a key exceeds, by tanh; `nil` for none.
  public var attentionCap: Double?
  /// A number that no score exceeds, by tanh; `nil` for none.
  public var scoreCap: Double?
  /// By what the vectors of tokens are multiplied; `nil` for nothing.
  public var embeddingScale: Double?
  /// Whether the table of tokens gives the scores too.
  public var isOutputTied = false
  /// How likely a weight of the attention is dropped in training.
  public var dropout = 0.0

  /// Settings of a model; what is not said here can be set afterwards.
  ///
  /// - Parameters:
  ///   - vocabularySize: how many tokens there are.
  ///   - width: how many numbers a token has within the model.
  ///   - layers: how many blocks there are.
  ///   - heads: how many heads of the attention ask.
  ///   - keyValueHeads: how many have keys and values; as many if `nil`.
  ///   - headWidth: how many numbers a query has; width / heads if `nil`.
  ///   - feedForward: how many numbers a token has within the feed-forward part; 4 · width if `nil`.
  ///   - contextLength: how many tokens a text has at most.
  public init(
    vocabularySize: Int, width: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil,
    headWidth: Int? = nil, feedForward: Int? = nil, contextLength: Int = 2048
  ) {
    self.vocabularySize = vocabularySize
    self.width = width
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headWidth = headWidth ?? width / max(heads, 1)
    self.feedForward = feedForward ?? 4 * width
    self.contextLength = contextLength
    windows = Array(repeating: nil, count: max(layers, 0))
  }

  /// What turns queries and keys: as in the programs in which such models are trained, with angles of
  /// `float32`.
  var positions: RotaryPositions {
    RotaryPositions(
      rotaryWidth ?? headWidth, base: base, pairing: .halves, scaling: scaling,
      angleType: .float32, magnitude: rotaryMagnitude)
  }

  /// What turns them in blocks with a window, where that is something else.
  private var windowPositions: RotaryPositions? {
    windowBase.map {
      RotaryPositions(rotaryWidth ?? headWidth, base: $0, pairing: .halves, angleType: .float32)
    }
  }

  /// A model of these settings, whose layers are made by functions.
  ///
  /// - Parameters:
  ///   - embedding: makes the table of tokens.
  ///   - linear: makes a linear layer of this name, with so many inputs and outputs, and perhaps a bias.
  ///   - norm: makes a norm of this name, over so many numbers.
  /// - Throws: what the functions throw.
  func model(
    embedding: () throws(PretrainedError) -> Embedding,
    linear: (_ name: String, _ inputs: Int, _ outputs: Int, _ hasBias: Bool)
      throws(PretrainedError) -> Linear,
    norm: (_ name: String, _ width: Int) throws(PretrainedError) -> RMSNorm
  ) throws(PretrainedError) -> Llama {
    let (positions, windowPositions) = (positions, windowPositions)
    let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
    var blocks: [Llama.Block] = []
    let tokens = try embedding()
    for layer in 0..<layers {
      let name = "layers.\(layer)."
      let (own, inner) = (name + "self_attn.", name + "mlp.")
      let attention = GroupedQueryAttention(
        query: try linear(own + "q_proj", width, queries, hasAttentionBias),
        key: try linear(own + "k_proj", width, keys, hasAttentionBias),
        value: try linear(own + "v_proj", width, keys, hasAttentionBias),
        output: try linear(own + "o_proj", queries, width, hasOutputBias), heads: heads,
        keyValueHeads: keyValueHeads,
        positions: windows[layer] == nil ? positions : windowPositions ?? positions,
        window: windows[layer],
        queryNorm: hasQueryKeyNorms ? try norm(own + "q_norm", headWidth) : nil,
        keyNorm: hasQueryKeyNorms ? try norm(own + "k_norm", headWidth) : nil,
        scale: attentionScale, softCap: attentionCap, dropout: dropout)
      let feedForward = GatedFeedForward(
        gate: try linear(inner + "gate_proj", width, self.feedForward, hasFeedForwardBias),
        up: try linear(inner + "up_proj", width, self.feedForward, hasFeedForwardBias),
        down: try linear(inner + "down_proj", self.feedForward, width, hasFeedForwardBias),
        activation: activation)
      func wide(_ part: String) throws(PretrainedError) -> RMSNorm { try norm(name + part, width) }
      blocks.append(
        Llama.Block(
          attentionNorm: try wide("input_layernorm"), attention: attention,
          attentionResultNorm: hasResultNorms ? try wide("post_attention_layernorm") : nil,
          feedForwardNorm: try wide(
            hasResultNorms ? "pre_feedforward_layernorm" : "post_attention_layernorm"),
          feedForward: feedForward,
          feedForwardResultNorm: hasResultNorms ? try wide("post_feedforward_layernorm") : nil))
    }
    return Llama(
      tokens: tokens, blocks: blocks, norm: try norm("norm", width),
      output: isOutputTied ? nil : try linear("lm_head", width, vocabularySize, false),
      positions: positions, windowPositions: windowPositions, contextLength: contextLength,
      embeddingScale: embeddingScale, scoreCap: scoreCap)
  }

  /// A norm over so many numbers, without effect at first.
  func norm(_ width: Int, scalarType: ScalarType = .float32) -> RMSNorm {
    RMSNorm([width], epsilon: epsilon, isOffset: hasOffsetNorms, scalarType: scalarType)
  }
}

extension Llama {
  /// A model with random weights, normal with the standard deviation 0.02, and biases of zeros.
  ///
  /// Traps unless the settings make sense: heads that divide, an even width of heads, a window for each
  /// block.
  ///
  /// - Parameters:
  ///   - settings: its widths, heads and forms.
  ///   - scalarType: of the parameters.
  ///   - random: where the weights come from.
  public init(
    _ settings: LlamaSettings, scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard settings.windows.count == settings.layers else {
      fatalError("Llama: \(settings.windows.count) windows for \(settings.layers) layers")
    }
    let initializer = Initializer.normal(standardDeviation: 0.02)
    var source = random.split()
    // Nothing here throws.
    self = try! settings.model(
      embedding: {
        Embedding(
          weight: initializer.array(
            [settings.vocabularySize, settings.width], fanIn: settings.width,
            fanOut: settings.width, scalarType: scalarType, using: &source))
      },
      linear: { _, inputs, outputs, hasBias in
        Linear(
          inputs, outputs, hasBias: hasBias, initializer: initializer, biasInitializer: .zeros,
          scalarType: scalarType, using: &source)
      },
      norm: { _, width in settings.norm(width, scalarType: scalarType) })
  }
}
