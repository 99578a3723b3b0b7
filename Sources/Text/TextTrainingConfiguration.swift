import BackpropArrays
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTraining

/// What a training run on a text is asked to do: all that is needed to do it again.
public struct TextTrainingConfiguration: Codable, Sendable, Hashable {
  /// The file of the text; `nil` for the stories that the program makes up.
  public var file: String?
  /// A file of weights to begin with; `nil` for random ones. The sizes are then those of the file.
  public var weights: String?
  /// The kind of model and its sizes.
  public var shape = TextModelShape()
  /// How many tokens an example has.
  public var length = 64
  /// The share of the text, its end, that is not learned from but judged by.
  public var heldOut = 0.1
  /// How long to train.
  public var duration = TrainingConfiguration.Length.steps(2000)
  /// The number of examples in a mini-batch.
  public var batchSize = 12
  /// The rule by which gradients change weights.
  public var optimizer = TrainingConfiguration.OptimizerName.adamw
  /// How far a step goes, where the schedule's factor is 1.
  public var learningRate = 0.001
  /// How the learning rate changes.
  public var schedule = TrainingConfiguration.ScheduleName.constant
  /// λ of weight decay, as the optimizer means it.
  public var weightDecay = TrainingConfiguration.OptimizerName.adamw.usualWeightDecay
  /// How likely a number is dropped in training.
  public var dropout = 0.0
  /// What the norm of all gradients is brought down to; `nil` to leave them as they are.
  public var clip: Double? = 1
  /// After how many steps a checkpoint is written; `nil` for after each epoch, unless the next says
  /// more.
  public var checkpointEvery: Int?
  /// After how many minutes a checkpoint is written; `nil` for no such rule.
  public var checkpointMinutes: Double?
  /// What all random numbers start from: the same seed gives the same bits.
  public var seed: UInt64 = 0

  /// The configuration that trains a GPT on the stories.
  public init() {}

  /// A text split into windows to learn from and windows to judge by, and its characters.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - vocabulary: the characters that a model knows; `nil` for those of the text.
  /// - Throws: `TrainingError` for settings that make no sense; ``TextTooShort``; ``UnknownCharacter``.
  public func prepare(
    _ text: String, vocabulary: CharacterVocabulary? = nil
  ) throws -> (vocabulary: CharacterVocabulary, train: TextWindows, heldOut: TextWindows) {
    try validate()
    let vocabulary = vocabulary ?? CharacterVocabulary(of: text)
    let tokens = try vocabulary.encode(text)
    let end = tokens.count - Int(Double(tokens.count) * heldOut)
    let train = TextWindows(Array(tokens[..<end]), length: length)
    let judged = TextWindows(Array(tokens[end...]), length: length)
    if train.count < batchSize || judged.count == 0 {
      throw TextTooShort(
        characters: tokens.count,
        needed: needed(toLearn: batchSize * length + 1, toJudge: length + 1))
    }
    return (vocabulary, train, judged)
  }

  /// How long a text must be of which these parts are left.
  private func needed(toLearn: Int, toJudge: Int) -> Int {
    let least = max(Double(toLearn) / (1 - heldOut), Double(toJudge) / heldOut)
    return least < 1e15 ? Int(least.rounded(.up)) + 1 : .max
  }

  /// Checks that the numbers make sense.
  ///
  /// - Throws: `TrainingError`.
  public func validate() throws(TrainingError) {
    if !(1...1 << 20).contains(length) {
      throw .invalidSetting("length", found: "\(length)", expected: "1 to \(1 << 20)")
    }
    if let (name, found, expected) = shape.problem {
      throw .invalidSetting(name, found: found, expected: expected)
    }
    if shape.model == .gpt, length > shape.context {
      throw .invalidSetting(
        "length", found: "\(length)", expected: "at most the context, \(shape.context)")
    }
    if !(heldOut > 0 && heldOut < 1) {
      throw .invalidSetting("heldOut", found: "\(heldOut)", expected: "more than 0, less than 1")
    }
    if !(0..<1).contains(dropout) {
      throw .invalidSetting("dropout", found: "\(dropout)", expected: "0 or more, less than 1")
    }
    // What both kinds of runs have is checked in one place.
    var common = TrainingConfiguration()
    (common.length, common.batchSize, common.learningRate) = (duration, batchSize, learningRate)
    (common.weightDecay, common.clip) = (weightDecay, clip)
    (common.checkpointEvery, common.checkpointMinutes) = (checkpointEvery, checkpointMinutes)
    try common.validate(exampleCount: .max)
  }
}

/// A text has too few characters for one batch to learn from and one window to judge by.
public struct TextTooShort: Error, Equatable, CustomStringConvertible {
  /// How many it has.
  public let characters: Int
  /// How many the settings need.
  public let needed: Int

  public var description: String {
    "the text has \(characters) characters, and these settings need \(needed); take a longer text, "
      + "shorter or fewer windows in a batch, or hold out another share"
  }
}
