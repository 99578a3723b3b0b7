import BackpropNeuralNetworks

/// What a `config.json` says of an encoder of the BERT family.
public struct EncoderSettings: Sendable, Hashable {
  /// The families, which differ in the names of their weights and in a few details.
  public enum Family: String, Sendable, Hashable {
    /// BERT, and what was made of it, such as MiniLM.
    case bert
    /// RoBERTa and XLM-R: places are counted from behind the number of padding.
    case roberta
    /// DistilBERT: no types of tokens, and nothing that pools.
    case distilBERT = "distilbert"
  }

  /// The family.
  public let family: Family
  /// How many tokens there are.
  public let vocabularySize: Int
  /// How many numbers a token has within the model.
  public let width: Int
  /// How many blocks there are.
  public let layers: Int
  /// How many heads the attention of a block has.
  public let heads: Int
  /// How many numbers a token has between the two linear layers of a block.
  public let hiddenWidth: Int
  /// How many rows the table of places has.
  public let positionCount: Int
  /// How many types of tokens there are; 0 where they have none.
  public let typeCount: Int
  /// What norms add to the variance.
  public let epsilon: Double
  /// What follows the wide layer of a block.
  public let activation: FeedForwardActivation
  /// How likely numbers are dropped in training.
  public let dropout: Double
  /// How likely weights of the attention are dropped in training.
  public let attentionDropout: Double
  /// How likely numbers are dropped in front of a classifier.
  public let classifierDropout: Double
  /// The token that pads.
  public let paddingID: Int

  /// How many tokens a text may have.
  public var maximumLength: Int {
    family == .roberta ? max(0, positionCount - paddingID - 1) : positionCount
  }

  /// Reads the settings of a folder.
  ///
  /// - Throws: `PretrainedError` if it is not of the family, or a setting makes no sense.
  public init(_ configuration: ModelConfiguration) throws(PretrainedError) {
    func unsupported(_ what: String) -> PretrainedError {
      PretrainedError(.unsupported(what), path: configuration.path)
    }
    switch configuration.modelType {
    case "bert": family = .bert
    case "roberta", "xlm-roberta", "camembert": family = .roberta
    case "distilbert": family = .distilBERT
    default:
      throw unsupported(
        "an encoder of the model_type '\(configuration.modelType)' (known are bert, roberta, "
          + "xlm-roberta, camembert and distilbert)")
    }
    let (sizes, words) = (
      1...ModelConfiguration.widthLimit, 1...ModelConfiguration.vocabularyLimit
    )
    vocabularySize = try configuration.integer("vocab_size", in: words)
    width = try configuration.integer("hidden_size", "dim", in: sizes)
    layers = try configuration.integer(
      "num_hidden_layers", "n_layers", in: 0...ModelConfiguration.layerLimit)
    heads = try configuration.integer("num_attention_heads", "n_heads", in: sizes)
    hiddenWidth = try configuration.integer("intermediate_size", "hidden_dim", in: sizes)
    positionCount = try configuration.integer("max_position_embeddings", in: words)
    typeCount =
      family == .distilBERT
      ? 0
      : try configuration.integer(
        "type_vocab_size", in: 0...ModelConfiguration.widthLimit, default: 2)
    epsilon = try configuration.number("layer_norm_eps", in: 0...1, default: 1e-12)
    dropout = try configuration.number("hidden_dropout_prob", "dropout", in: 0...1, default: 0.1)
    attentionDropout = try configuration.number(
      "attention_probs_dropout_prob", "attention_dropout", in: 0...1, default: 0.1)
    classifierDropout = try configuration.number(
      "classifier_dropout", "seq_classif_dropout", in: 0...1,
      default: family == .distilBERT ? 0.2 : dropout)
    paddingID = try configuration.integer(
      "pad_token_id", in: 0...ModelConfiguration.vocabularyLimit,
      default: family == .roberta ? 1 : 0)
    guard width % heads == 0 else {
      throw configuration.error(
        "num_attention_heads", expected: "a number that divides the width \(width)",
        found: "\(heads)")
    }
    activation = try FeedForwardActivation(
      configuration, "hidden_act", "activation", default: "gelu")
    let positions = try configuration.text("position_embedding_type", default: "absolute")
    if positions != "absolute" { throw unsupported("position_embedding_type '\(positions)'") }
    if try configuration.flag("is_decoder", default: false) {
      throw unsupported("an encoder that is_decoder")
    }
  }
}
