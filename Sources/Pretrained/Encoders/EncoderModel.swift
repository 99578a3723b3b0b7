import BackpropNeuralNetworks

/// A model of the BERT family, whichever its folder holds.
///
/// ```swift
/// switch try EncoderModel(ModelFolder("model")) {
/// case .sequenceClassifier(let classifier): print(classifier.labels)
/// default: break
/// }
/// ```
public enum EncoderModel: Sendable {
  /// A vector for each token.
  case encoder(TextEncoder)
  /// Scores of classes for each text.
  case sequenceClassifier(SequenceClassifier)
  /// Scores of classes for each token.
  case tokenClassifier(TokenClassifier)
  /// Scores of all tokens at each place.
  case maskedLanguageModel(MaskedLanguageModel)

  /// Reads what `architectures` in the folder's `config.json` names; an encoder alone where nothing is
  /// named.
  ///
  /// - Throws: `FileError`, `WeightFileError`, or `PretrainedError`, which names a model that is not
  ///   there.
  public init(_ folder: ModelFolder) throws {
    let name = folder.configuration.architectures.first ?? "Model"
    if name.hasSuffix("ForSequenceClassification") {
      self = .sequenceClassifier(try SequenceClassifier(folder))
    } else if name.hasSuffix("ForTokenClassification") {
      self = .tokenClassifier(try TokenClassifier(folder))
    } else if name.hasSuffix("ForMaskedLM") {
      self = .maskedLanguageModel(try MaskedLanguageModel(folder))
    } else if name.hasSuffix("Model") {
      self = .encoder(try TextEncoder(folder))
    } else {
      throw PretrainedError(.unsupported("the architecture '\(name)'"), path: folder.path)
    }
  }

  /// The model as a module, of whichever kind.
  public var module: any Module {
    switch self {
    case .encoder(let model): model
    case .sequenceClassifier(let model): model
    case .tokenClassifier(let model): model
    case .maskedLanguageModel(let model): model
    }
  }
}
