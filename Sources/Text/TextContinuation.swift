import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTraining

/// To tell the next character of a text: by softmax and cross-entropy at each.
///
/// The model is judged by how well it tells those of a text that it does not learn from
/// (`heldOutLoss`, in nats a character).
public struct TextContinuation: TrainingTask {
  /// The model and its characters.
  public let writer: TextModel
  public let examples: TextWindows
  /// What the model is judged by, and does not learn from.
  public let heldOut: TextWindows
  public let metrics = ["heldOutLoss"]
  public let goal = MetricGoal("heldOutLoss", .smallest)
  private let batchSize: Int
  private let title: String

  /// To learn from a text as a configuration says.
  ///
  /// - Parameters:
  ///   - configuration: what text, what model, and its seed.
  ///   - text: the text, if it has been read; `nil` to read it.
  /// - Throws: `TrainingError` for settings that make no sense; ``TextTooShort``;
  ///   ``UnknownCharacter``; what reading the text or the weights to begin with throws.
  public init(_ configuration: TextTrainingConfiguration, text: String? = nil) throws {
    let text = try text ?? configuration.file.map(TextFile.read) ?? SampleText.stories()
    let start = try configuration.weights.map {
      try TextModel(contentsOf: $0, dropout: configuration.dropout)
    }
    let data = try configuration.prepare(text, vocabulary: start?.vocabulary)
    var random = RandomSource(seed: configuration.seed)
    writer =
      start
      ?? TextModel(
        configuration.shape, data.vocabulary, dropout: configuration.dropout, using: &random)
    examples = data.train
    heldOut = data.heldOut
    batchSize = configuration.batchSize
    title = configuration.file ?? "stories"
  }

  public var model: any Module { writer.model }

  public var metadata: [String: String] { writer.metadata }

  public func loss(of batch: TextWindows.Batch, _ mode: Mode) -> Tensor {
    func loss(_ model: some LanguageModel) -> Tensor {
      crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
    }
    return loss(writer.model)
  }

  public func evaluate() -> [String: Double] {
    func loss(_ model: some LanguageModel) -> Double {
      heldOut.loss(of: model, batchSize: batchSize)
    }
    return ["heldOutLoss": loss(writer.model)]
  }

  public func summary() -> String {
    "\(title): \(examples.tokens.count) characters to learn from, \(heldOut.tokens.count) held out, "
      + "\(writer.vocabulary.count) different ones; \(writer.model.parameterCount) parameters\n"
  }
}
