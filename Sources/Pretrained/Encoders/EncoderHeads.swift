import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// An encoder with a classifier of whole texts: `BertForSequenceClassification` and its like.
///
/// ```swift
/// let classifier = try SequenceClassifier(ModelFolder("sst2"))
/// classifier(batch, .inference)                    // (texts, labels): scores
/// ```
public struct SequenceClassifier: Module {
  /// The encoder.
  public let body: TextEncoder
  /// The names of the classes.
  public let labels: [String]
  /// A linear layer in front of the last, where the family has one beside the pooler.
  public let dense: Linear?
  /// The linear layer that gives the scores.
  public let output: Linear
  /// What drops numbers in front of it in training.
  public let dropout: Dropout

  private var family: EncoderSettings.Family { body.settings.family }

  /// Reads a classifier from a folder.
  ///
  /// - Throws: `FileError`, `WeightFileError` or `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let weights = PretrainedWeights(try folder.weights(), path: folder.path)
    let body = try TextEncoder(weights, EncoderSettings(folder.configuration))
    let (width, labels) = (body.settings.width, try folder.configuration.labels())
    let names = Self.names(body.settings.family)
    if let name = names.dense {
      dense = try weights.linear(name, inputs: width, outputs: width)
    } else if body.pooler == nil {
      throw PretrainedError(
        .doesNotFit("the weights lack pooler.dense, which the classifier needs"), path: folder.path)
    } else {
      dense = nil
    }
    output = try weights.linear(names.output, inputs: width, outputs: labels.count)
    dropout = Dropout(body.settings.classifierDropout)
    self.body = body
    self.labels = labels
  }

  /// A new classifier over an encoder, to be trained: its own layers start normal with the standard
  /// deviation 0.02 and biases of 0, as the reference's.
  ///
  /// - Parameters:
  ///   - body: the encoder.
  ///   - labels: the names of the classes.
  ///   - random: where the weights come from.
  public init(over body: TextEncoder, labels: [String], using random: inout RandomSource) {
    func linear(_ outputs: Int) -> Linear {
      Linear(
        body.settings.width, outputs, initializer: .normal(standardDeviation: 0.02),
        biasInitializer: .zeros, using: &random)
    }
    self.body = body
    self.labels = labels
    let needsDense = Self.names(body.settings.family).dense != nil
    dense = needsDense ? linear(body.settings.width) : nil
    output = linear(labels.count)
    dropout = Dropout(body.settings.classifierDropout)
  }

  /// The scores of the classes for each text: of shape (texts, labels).
  ///
  /// - Parameters:
  ///   - batch: the texts, each of one token at least.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(_ batch: TokenBatch, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in
      let vectors = body(batch, mode)
      let first = vectors.gather(rows: batch.firstRows)
      switch family {
      case .bert:
        let pooled = body.pooler.map { $0(first, mode).tanh() } ?? first
        return output(dropout(pooled, mode), mode)
      case .roberta:
        return output(dropout(dense!(dropout(first, mode), mode).tanh(), mode), mode)
      case .distilBERT:
        return output(dropout(dense!(first, mode).relu(), mode), mode)
      }
    }
  }

  private static func names(
    _ family: EncoderSettings.Family
  ) -> (dense: String?, output: String) {
    switch family {
    case .bert: (nil, "classifier")
    case .roberta: ("classifier.dense", "classifier.out_proj")
    case .distilBERT: ("pre_classifier", "classifier")
    }
  }

  public var members: [ModuleMember] {
    let names = Self.names(family)
    return ModuleMember.named([
      family.rawValue: body, names.dense ?? "dense": dense, names.output: output,
    ])
  }
}

/// An encoder with a classifier of each token: `BertForTokenClassification` and its like.
public struct TokenClassifier: Module {
  /// The encoder.
  public let body: TextEncoder
  /// The names of the classes.
  public let labels: [String]
  /// The linear layer that gives the scores.
  public let output: Linear
  /// What drops numbers in front of it in training.
  public let dropout: Dropout

  /// Reads a classifier from a folder.
  ///
  /// - Throws: `FileError`, `WeightFileError` or `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let weights = PretrainedWeights(try folder.weights(), path: folder.path)
    body = try TextEncoder(weights, EncoderSettings(folder.configuration))
    labels = try folder.configuration.labels()
    output = try weights.linear(
      "classifier", inputs: body.settings.width, outputs: labels.count)
    dropout = Dropout(
      body.settings.family == .distilBERT ? body.settings.dropout : body.settings.classifierDropout)
  }

  /// The scores of the classes for each token: of shape (tokens, labels).
  ///
  /// - Parameters:
  ///   - batch: the texts.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(_ batch: TokenBatch, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in output(dropout(body(batch, mode), mode), mode) }
  }

  public var members: [ModuleMember] {
    ModuleMember.named([body.settings.family.rawValue: body, "classifier": output])
  }
}

/// An encoder that says which tokens fit at each place: `BertForMaskedLM` and its like.
///
/// The scores are the products with the vectors of the tokens: the encoder's own table, or a layer of
/// their own where the folder says that they are not tied (`tie_word_embeddings`).
public struct MaskedLanguageModel: Module {
  /// The encoder.
  public let body: TextEncoder
  /// The linear layer in front of the scores.
  public let dense: Linear
  /// The norm behind it.
  public let norm: LayerNorm
  /// What gives the scores, of shape (vocabulary, width); `nil` where the table of tokens does.
  public let decoder: Parameter?
  /// What is added to the scores.
  public let bias: Parameter

  private struct Names {
    let dense, norm, bias: String
    /// The name of what gives the scores, and another of the bias.
    let decoder, otherBias: String

    init(_ family: EncoderSettings.Family) {
      switch family {
      case .bert:
        dense = "cls.predictions.transform.dense"
        norm = "cls.predictions.transform.LayerNorm"
        bias = "cls.predictions.bias"
        otherBias = "cls.predictions.decoder.bias"
        decoder = "cls.predictions.decoder.weight"
      case .roberta:
        dense = "lm_head.dense"
        norm = "lm_head.layer_norm"
        bias = "lm_head.bias"
        otherBias = "lm_head.decoder.bias"
        decoder = "lm_head.decoder.weight"
      case .distilBERT:
        dense = "vocab_transform"
        norm = "vocab_layer_norm"
        bias = "vocab_projector.bias"
        otherBias = bias
        decoder = "vocab_projector.weight"
      }
    }
  }

  /// Reads a model from a folder.
  ///
  /// - Throws: `FileError`, `WeightFileError` or `PretrainedError`.
  public init(_ folder: ModelFolder) throws {
    let weights = PretrainedWeights(try folder.weights(), path: folder.path)
    body = try TextEncoder(weights, EncoderSettings(folder.configuration))
    let isTied = try folder.configuration.flag("tie_word_embeddings", default: true)
    let (settings, names) = (body.settings, Names(body.settings.family))
    dense = try weights.linear(names.dense, inputs: settings.width, outputs: settings.width)
    norm = try weights.layerNorm(
      names.norm, width: settings.width,
      epsilon: settings.family == .distilBERT ? 1e-12 : settings.epsilon)
    decoder =
      isTied
      ? nil
      : Parameter(
        try weights.array(names.decoder, [settings.vocabularySize, settings.width]),
        named: "decoder")
    // A layer of its own has its own bias; the other, which files have too, is not used then.
    let biasNames = isTied ? [names.bias, names.otherBias] : [names.otherBias, names.bias]
    let biasName = biasNames.first(where: weights.has) ?? names.bias
    bias = Parameter(try weights.array(biasName, [settings.vocabularySize]), named: "bias")
  }

  /// The scores of all tokens at each place: of shape (tokens, vocabulary).
  ///
  /// - Parameters:
  ///   - batch: the texts.
  ///   - mode: whether the model is being trained or used.
  public func callAsFunction(_ batch: TokenBatch, _ mode: Mode = .unspecified) -> Tensor {
    mode.call(self) { mode in
      let settings = body.settings
      // The reference has a fixed gelu here for RoBERTa.
      let activation = settings.family == .roberta ? .gelu() : settings.activation
      let x = norm(activation(body(batch, mode), after: dense, mode), mode)
      let scores =
        decoder.map { x.matmul($0.tensor, transposingOther: true) } ?? body.words.scores(of: x)
      return scores + bias.tensor
    }
  }

  public var members: [ModuleMember] {
    let names = Names(body.settings.family)
    return ModuleMember.named([
      body.settings.family.rawValue: body, names.dense: dense, names.norm: norm,
      names.decoder: decoder, decoder == nil ? names.bias : names.otherBias: bias,
    ])
  }

  public var fileAliases: [String: String] {
    let names = Names(body.settings.family)
    let table = body.settings.family.rawValue + ".embeddings.word_embeddings.weight"
    return decoder == nil
      ? [names.otherBias: names.bias, names.decoder: table].filter { $0 != $1 } : [:]
  }
}
