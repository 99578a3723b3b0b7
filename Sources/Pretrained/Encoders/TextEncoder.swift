import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// An encoder of the BERT family: a vector for each token of a text, made in view of the whole text.
///
/// BERT (and MiniLM and the others that are made like it), RoBERTa, XLM-R and DistilBERT, chosen by the
/// folder's `config.json`. Texts of different lengths go through together without padding, see
/// ``TokenBatch``.
///
/// ```swift
/// let encoder = try TextEncoder(ModelFolder("bert-base-uncased"))
/// let batch = TokenBatch([tokenizer.ids(of: "A bird sings.")])
/// encoder(batch, .inference)                       // (7, 768)
/// ```
///
/// Its layers are the library's own: it trains with the ordinary loop, whole or with parts frozen
/// (`encoder.isTrainable = false`), and is saved under the names of its family.
///
/// Sources: Devlin et al., "BERT" (2019); Liu et al., "RoBERTa" (2019); Conneau et al., "Unsupervised
/// Cross-lingual Representation Learning at Scale" (2020); Sanh et al., "DistilBERT" (2019). Names and
/// numbers are those of the `transformers` library.
public struct TextEncoder: Module {
  /// What `config.json` says.
  public let settings: EncoderSettings
  /// The vectors of tokens.
  public let words: Embedding
  /// The vectors of places.
  public let positions: Embedding
  /// The vectors of types; `nil` where tokens have none.
  public let types: Embedding?
  /// The norm behind their sum.
  public let norm: LayerNorm
  /// What drops numbers behind it in training.
  public let dropout: Dropout
  /// The blocks, in order.
  public let layers: [EncoderLayer]
  /// The linear layer over the first token's vector, behind which tanh follows; `nil` where the family
  /// or the file has none.
  public let pooler: Linear?

  /// Reads an encoder from a folder, whether it was saved alone or below a head.
  ///
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError` if the folder holds no encoder of
  ///   the family, or its weights are not those of its configuration.
  public init(_ folder: ModelFolder) throws {
    try self.init(
      PretrainedWeights(folder.weights(), path: folder.path),
      EncoderSettings(folder.configuration))
  }

  init(_ all: PretrainedWeights, _ settings: EncoderSettings) throws(PretrainedError) {
    let weights = all.under(
      oneOf: ["", settings.family.rawValue + "."], having: "embeddings.word_embeddings.weight")
    let embeddings = weights.under("embeddings.")
    let width = settings.width
    self.settings = settings
    words = try embeddings.embedding(
      "word_embeddings", count: settings.vocabularySize, width: width)
    positions = try embeddings.embedding(
      "position_embeddings", count: settings.positionCount, width: width)
    types =
      settings.typeCount > 0
      ? try embeddings.embedding(
        "token_type_embeddings", count: settings.typeCount, width: width) : nil
    norm = try embeddings.layerNorm("LayerNorm", width: width, epsilon: settings.epsilon)
    dropout = Dropout(settings.dropout)
    var layers: [EncoderLayer] = []
    for index in 0..<settings.layers {
      layers.append(
        try EncoderLayer(weights.under("\(Self.layersName(settings.family)).\(index)."), settings))
    }
    self.layers = layers
    pooler =
      weights.has("pooler.dense.weight")
      ? try weights.linear("pooler.dense", inputs: width, outputs: width) : nil
  }

  private static func layersName(_ family: EncoderSettings.Family) -> String {
    family == .distilBERT ? "transformer.layer" : "encoder.layer"
  }

  /// A vector for each token: of shape (tokens, width).
  ///
  /// Traps if a text is longer than the model takes, or there is a token that it does not know.
  ///
  /// - Parameters:
  ///   - batch: the texts.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(_ batch: TokenBatch, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in
      if let reason = batch.misfit(settings) { fatalError("TextEncoder: \(reason)") }
      var x = words(Tensor(batch.ids), mode)
      if let types { x = x + types(Tensor(batch.typeIDs), mode) }
      x = x + positions(Tensor(batch.positions(settings)), mode)
      x = dropout(norm(x, mode), mode)
      for layer in layers { x = layer(x, lengths: batch.lengths, mode) }
      return x
    }
  }

  /// tanh of the pooler over each text's first vector: what BERT says of a text as a whole, of shape
  /// (texts, width). Traps if there is no pooler.
  ///
  /// - Parameters:
  ///   - vectors: what the encoder gave for the batch.
  ///   - batch: the texts.
  ///   - mode: whether the model is being trained or used.
  public func pooled(
    _ vectors: Tensor, _ batch: TokenBatch, _ mode: Mode = .unspecified
  ) -> Tensor {
    guard let pooler else {
      fatalError("TextEncoder: this encoder has no pooler; take the first vector of each text")
    }
    return pooler(vectors.gather(rows: batch.firstRows), mode).tanh()
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "embeddings.word_embeddings": words, "embeddings.position_embeddings": positions,
      "embeddings.token_type_embeddings": types, "embeddings.LayerNorm": norm,
      Self.layersName(settings.family): layers, "pooler.dense": pooler,
    ])
  }

  public var summaryName: String {
    "TextEncoder(\(settings.family.rawValue), \(layers.count) layers of \(settings.width))"
  }
}
