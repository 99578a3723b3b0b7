import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// A transformer for pictures, which it reads in patches like words: ViT, with a classifier of its first
/// token.
///
/// `(batch, channels, height, width) -> (batch, classes)`, for pictures of the size of the folder's
/// configuration. The results are raw (logits). Names in files are those of `transformers`.
///
/// Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021).
public struct VisionTransformer: Layer {
  /// The token in front of the patches, of shape (1, 1, width).
  public let firstToken: Parameter
  /// The vectors of places, of shape (1, 1 + patches, width).
  public let positions: Parameter
  /// What makes vectors of patches.
  public let patches: Conv2D
  /// The blocks, in order.
  public let blocks: [Block]
  /// The norm behind the last.
  public let norm: LayerNorm
  /// The linear layer that gives the scores.
  public let output: Linear
  /// What drops numbers in training.
  public let dropout: Dropout
  /// The height and the width of a picture.
  public let pictureSize: Int

  init(_ weights: PretrainedWeights, _ settings: ModelConfiguration, classes: Int)
    throws(PretrainedError)
  {
    let widths = 1...ModelConfiguration.widthLimit
    let width = try settings.integer("hidden_size", in: widths, default: 768)
    let heads = try settings.integer("num_attention_heads", in: widths, default: 12)
    guard width % heads == 0 else {
      throw settings.error(
        "num_attention_heads", expected: "a divisor of \(width)", found: "\(heads)")
    }
    pictureSize = try settings.integer("image_size", in: 1...4096, default: 224)
    let patch = try settings.integer("patch_size", in: 1...pictureSize, default: 16)
    let channels = try settings.integer("num_channels", in: 1...64, default: 3)
    let wide = try settings.integer("intermediate_size", in: widths, default: 3072)
    let epsilon = try settings.number("layer_norm_eps", in: 0...1, default: 1e-12)
    let layers = try settings.integer(
      "num_hidden_layers", in: 0...ModelConfiguration.layerLimit, default: 12)
    let hasBias = try settings.flag("qkv_bias", default: true)
    let probability = try settings.number("hidden_dropout_prob", in: 0...1, default: 0)
    let attention = try settings.number("attention_probs_dropout_prob", in: 0...1, default: 0)
    let activation = try FeedForwardActivation(settings, "hidden_act", default: "gelu")
    let body = weights.under("vit.")
    let count = (pictureSize / patch) * (pictureSize / patch)
    firstToken = Parameter(try body.array("embeddings.cls_token", [1, 1, width]))
    positions = Parameter(try body.array("embeddings.position_embeddings", [1, count + 1, width]))
    let projection = "embeddings.patch_embeddings.projection"
    patches = Conv2D(
      weight: try body.array(projection + ".weight", [width, channels, patch, patch]),
      bias: try body.array(projection + ".bias", [width]), stride: PerAxis(patch))
    var blocks: [Block] = []
    for index in 0..<layers {
      let part = body.under("encoder.layer.\(index).")
      blocks.append(
        Block(
          norm1: try part.layerNorm("layernorm_before", width: width, epsilon: epsilon),
          query: try part.linear(
            "attention.attention.query", inputs: width, outputs: width, hasBias: hasBias),
          key: try part.linear(
            "attention.attention.key", inputs: width, outputs: width, hasBias: hasBias),
          value: try part.linear(
            "attention.attention.value", inputs: width, outputs: width, hasBias: hasBias),
          attentionOutput: try part.linear(
            "attention.output.dense", inputs: width, outputs: width),
          norm2: try part.layerNorm("layernorm_after", width: width, epsilon: epsilon),
          hidden: try part.linear("intermediate.dense", inputs: width, outputs: wide),
          output: try part.linear("output.dense", inputs: wide, outputs: width),
          attentionDropout: Dropout(attention), dropout: Dropout(probability), heads: heads,
          activation: activation))
    }
    self.blocks = blocks
    norm = try body.layerNorm("layernorm", width: width, epsilon: epsilon)
    output = try weights.linear("classifier", inputs: width, outputs: classes)
    dropout = Dropout(probability)
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.rank == 4, input.shape[2] == pictureSize, input.shape[3] == pictureSize else {
      return input.failing(
        ShapeError(
          "VisionTransformer", [input.shape],
          "the pictures are not of shape (batch, channels, \(pictureSize), \(pictureSize))"))
    }
    let grid = patches(input, mode)
    let (batch, width) = (grid.shape[0], grid.shape[1])
    let words = grid.reshaped(to: [batch, width, grid.shape[2] * grid.shape[3]] as Shape)
      .transposed([0, 2, 1])
    let first = firstToken.tensor.broadcast(to: [batch, 1, width])
    var x = Tensor.concatenate([first, words], axis: 1) + positions.tensor
    x = dropout(x, mode)
    for block in blocks { x = block(x, mode) }
    return output(norm(x, mode)[.all, 0], mode)
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "vit.embeddings.cls_token": firstToken, "vit.embeddings.position_embeddings": positions,
      "vit.embeddings.patch_embeddings.projection": patches, "vit.encoder.layer": blocks,
      "vit.layernorm": norm, "classifier": output,
    ])
  }

  public var summaryName: String {
    "VisionTransformer(\(blocks.count) layers of \(norm.shape[0]))"
  }
}

extension VisionTransformer {
  /// A block: x + attention(norm(x)), and then the same with two linear layers.
  public struct Block: Layer {
    /// The norm in front of the attention.
    public let norm1: LayerNorm
    /// What makes queries.
    public let query: Linear
    /// What makes keys.
    public let key: Linear
    /// What makes values.
    public let value: Linear
    /// What mixes the results of the heads.
    public let attentionOutput: Linear
    /// The norm in front of the linear layers.
    public let norm2: LayerNorm
    /// The linear layer to a larger width.
    public let hidden: Linear
    /// The linear layer back.
    public let output: Linear
    /// What drops weights of the attention in training.
    public let attentionDropout: Dropout
    /// What drops numbers of each part's result in training.
    public let dropout: Dropout
    /// The number of heads.
    public let heads: Int
    let activation: FeedForwardActivation

    public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
      let normed = norm1(input, mode)
      let x = input + dropout(attentionOutput(attention(normed, mode), mode), mode)
      let wide = activation(norm2(x, mode), after: hidden, mode)
      return x + dropout(output(wide, mode), mode)
    }

    private func attention(_ x: Tensor, _ mode: Mode) -> Tensor {
      let (batch, count, width) = (x.shape[0], x.shape[1], x.shape[2])
      let parts = [query, key, value].map {
        $0(x, mode).reshaped(to: [batch, count, heads, width / heads] as Shape)
          .transposed([0, 2, 1, 3])
      }
      let gathered =
        mode.isTraining && attentionDropout.probability > 0
        ? attentionDropout(attentionWeights(parts[0], parts[1]), mode).matmul(parts[2])
        : scaledDotProductAttention(parts[0], parts[1], parts[2])
      return gathered.transposed([0, 2, 1, 3]).reshaped(to: [batch, count, width] as Shape)
    }

    public var members: [ModuleMember] {
      ModuleMember.named([
        "layernorm_before": norm1, "attention.attention.query": query,
        "attention.attention.key": key, "attention.attention.value": value,
        "attention.output.dense": attentionOutput, "layernorm_after": norm2,
        "intermediate.dense": hidden, "output.dense": output,
      ])
    }

    public var summaryName: String { "VisionTransformer.Block(\(heads) heads)" }
  }
}
