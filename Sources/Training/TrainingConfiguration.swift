import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers

/// What a training run is asked to do: all that is needed to do it again.
public struct TrainingConfiguration: Codable, Sendable, Hashable {
  /// An optimizer, by name.
  public enum OptimizerName: String, Codable, Sendable, CaseIterable {
    /// Stochastic gradient descent: `SGD`.
    case sgd
    /// Gradient descent with momentum 0.9: `SGD`.
    case momentum
    /// Steps scaled by running moments of the gradient: `Adam`.
    case adam
    /// Adam with decay of the weights themselves: `AdamW`.
    case adamw
    /// Adam that looks ahead: `NAdam`.
    case nadam
    /// Adam that begins carefully: `RAdam`.
    case radam
    /// Steps scaled by all gradients so far: `AdaGrad`.
    case adagrad
    /// Steps scaled by the last gradients and steps: `AdaDelta`.
    case adadelta
    /// Steps scaled by the last gradients: `RMSProp`.
    case rmsprop
    /// Steps of one length: `Lion`.
    case lion

    /// The learning rate that usually suits it.
    public var usualLearningRate: Double {
      switch self {
      case .sgd: 0.1
      case .momentum: 0.02
      case .adam, .adamw, .radam, .rmsprop: 0.001
      case .nadam: 0.002
      case .adagrad: 0.01
      case .adadelta: 1
      case .lion: 0.0001
      }
    }

    /// The weight decay that usually goes with it.
    public var usualWeightDecay: Double { self == .adamw ? 0.01 : 0 }

    /// The optimizer of this name.
    ///
    /// - Parameters:
    ///   - model: whose parameters it changes.
    ///   - rate: how far a step goes.
    ///   - decay: λ of weight decay, as the optimizer means it.
    public func make(
      for model: some Module, learningRate rate: Double, weightDecay decay: Double
    ) -> Optimizer {
      switch self {
      case .sgd: SGD(for: model, learningRate: rate, weightDecay: decay)
      case .momentum: SGD(for: model, learningRate: rate, momentum: 0.9, weightDecay: decay)
      case .adam: Adam(for: model, learningRate: rate, weightDecay: decay)
      case .adamw: AdamW(for: model, learningRate: rate, weightDecay: decay)
      case .nadam: NAdam(for: model, learningRate: rate, weightDecay: decay)
      case .radam: RAdam(for: model, learningRate: rate, weightDecay: decay)
      case .adagrad: AdaGrad(for: model, learningRate: rate, weightDecay: decay)
      case .adadelta: AdaDelta(for: model, learningRate: rate, weightDecay: decay)
      case .rmsprop: RMSProp(for: model, learningRate: rate, weightDecay: decay)
      case .lion: Lion(for: model, learningRate: rate, weightDecay: decay)
      }
    }
  }

  /// How the learning rate changes in the course of a run, by name.
  public enum ScheduleName: String, Codable, Sendable, CaseIterable {
    /// It stays.
    case constant
    /// Down to 0 along a straight line.
    case linear
    /// Down to 0 along half a wave of the cosine.
    case cosine
    /// A tenth of it from the middle of the run on, a hundredth in its last quarter.
    case step
    /// Up from a 25th of it in the first three tenths of the run, and down to next to nothing.
    case oneCycle = "one-cycle"

    /// The schedule for a run of `steps` steps; `nil` for a rate that stays.
    public func schedule(over steps: Int) -> Schedule? {
      switch self {
      case .constant: nil
      case .linear: .linear(from: 1, to: 0, over: steps)
      case .cosine: .cosine(over: steps)
      case .step: .steps(at: [steps / 2, steps * 3 / 4])
      case .oneCycle: .oneCycle(over: steps)
      }
    }
  }

  /// How long to train.
  public enum Length: Codable, Sendable, Hashable {
    /// Passes over the training data.
    case epochs(Int)
    /// Mini-batches.
    case steps(Int)

    /// The number of steps, where an epoch has so many.
    public func stepCount(stepsPerEpoch: @autoclosure () -> Int) -> Int {
      switch self {
      case .steps(let count): count
      case .epochs(let count): count * stepsPerEpoch()
      }
    }

    private enum CodingKeys: CodingKey { case epochs, steps }

    /// Reads `{"epochs": 10}` or `{"steps": 6000}`.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      if let epochs = try values.decodeIfPresent(Int.self, forKey: .epochs) {
        self = .epochs(epochs)
      } else {
        self = .steps(try values.decode(Int.self, forKey: .steps))
      }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .epochs(let count): try values.encode(count, forKey: .epochs)
      case .steps(let count): try values.encode(count, forKey: .steps)
      }
    }
  }

  /// The data set: the name of a known one, or the path of a table, of pictures in a file of arrays
  /// (npz), or of a folder of pictures.
  public var dataset = "digits"
  /// How a table or a folder of pictures is read; `nil` for a known data set.
  public var source: SourceSettings?
  /// A folder that data sets are looked for in first; `nil` for the usual places alone.
  public var dataFolder: String?
  /// The kind of model.
  public var model = KnownModel.mlp
  /// The widths of the hidden layers of an `mlp`.
  public var hidden = [50]
  /// The function after each hidden layer of an `mlp`.
  public var activation = Activation.relu
  /// How likely a number is dropped after a hidden layer; `nil` for what the model has by itself.
  public var dropout: Double?
  /// Whether pictures are moved, turned and scaled a little at random, anew each time.
  public var augments = false
  /// How long to train.
  public var length = Length.epochs(10)
  /// The number of examples in a mini-batch.
  public var batchSize = 100
  /// The rule by which gradients change weights.
  public var optimizer = OptimizerName.sgd
  /// How far a step goes, where the schedule's factor is 1.
  public var learningRate = OptimizerName.sgd.usualLearningRate
  /// How the learning rate changes.
  public var schedule = ScheduleName.constant
  /// λ of weight decay, as the optimizer means it.
  public var weightDecay = OptimizerName.sgd.usualWeightDecay
  /// What the norm of all gradients is brought down to; `nil` to leave them as they are.
  public var clip: Double?
  /// After how many steps a checkpoint is written; `nil` for after each epoch, unless the next says
  /// more.
  public var checkpointEvery: Int?
  /// After how many minutes a checkpoint is written; `nil` for no such rule.
  public var checkpointMinutes: Double?
  /// The share of the training data that is kept back to judge by while training; `nil` for none.
  public var validation: Double?
  /// After how many epochs in a row without a better validation to stop, and to bring the best weights back;
  /// `nil` to train to the end.
  public var patience: Int?
  /// How much each class counts in the loss.
  public var classWeights = ClassWeighting.none
  /// What all random numbers start from: the same seed gives the same bits.
  public var seed: UInt64 = 0

  /// The configuration that trains the two-layer network on the drawn digits.
  public init() {}

  /// The number of steps, for a training set of `exampleCount`.
  public func stepCount(exampleCount: Int) -> Int {
    length.stepCount(stepsPerEpoch: stepsPerEpoch(exampleCount: exampleCount))
  }

  /// The number of mini-batches in one pass over `exampleCount` examples; the last may be smaller.
  public func stepsPerEpoch(exampleCount: Int) -> Int {
    (exampleCount + batchSize - 1) / batchSize
  }

  /// The most epochs or steps.
  private static let longest = 1_000_000_000
  /// The most weights between two hidden layers: 4 GiB of them.
  private static let mostWeights = 1 << 30

  /// Checks that the numbers make sense, on their own and for a training set of `exampleCount`.
  ///
  /// - Throws: `TrainingError`.
  public func validate(exampleCount: Int) throws(TrainingError) {
    try require(
      !hidden.contains { $0 < 1 || $0 > 1_000_000 }, "hidden", "\(hidden)",
      "widths from 1 to 1000000")
    let weights = zip(hidden, hidden.dropFirst()).map(*).max() ?? 0
    try require(
      weights <= Self.mostWeights, "hidden", "\(hidden)",
      "at most \(Self.mostWeights) weights between two layers")
    try source?.validate()
    try require(batchSize >= 1, "batchSize", "\(batchSize)", "1 or more")
    try require(
      learningRate.isFinite && learningRate > 0, "learningRate", "\(learningRate)",
      "a number above 0")
    try require(
      weightDecay.isFinite && weightDecay >= 0, "weightDecay", "\(weightDecay)", "0 or more")
    if let dropout {
      try require((0..<1).contains(dropout), "dropout", "\(dropout)", "0 or more, less than 1")
      try require(
        model.takesDropout, "dropout", "\(dropout)", "none: \(model.rawValue) has no dropout")
    }
    if let clip { try require(clip.isFinite && clip > 0, "clip", "\(clip)", "a number above 0") }
    if let validation {
      try require(
        validation > 0 && validation < 1, "validation", "\(validation)", "more than 0, less than 1")
    }
    if let patience {
      try require(patience >= 1, "patience", "\(patience)", "1 or more")
      try require(
        validation != nil, "patience", "\(patience)", "a share for validation beside it")
    }
    if let checkpointEvery {
      try require(checkpointEvery >= 1, "checkpointEvery", "\(checkpointEvery)", "1 or more")
    }
    if let checkpointMinutes {
      try require(
        checkpointMinutes.isFinite && checkpointMinutes > 0, "checkpointMinutes",
        "\(checkpointMinutes)", "a number above 0")
    }
    switch length {
    case .epochs(let count):
      try require(
        (1...Self.longest).contains(count), "epochs", "\(count)", "1 to \(Self.longest)")
    case .steps(let count):
      try require(
        (1...Self.longest).contains(count), "steps", "\(count)", "1 to \(Self.longest)")
    }
    if exampleCount == 0 { throw .emptyDataset(dataset) }
    if batchSize > exampleCount {
      throw .batchTooLarge(batchSize: batchSize, exampleCount: exampleCount)
    }
  }
}

extension TrainingConfiguration {
  private enum CodingKeys: CodingKey {
    case dataset, source, dataFolder, model, hidden, activation, dropout, augments, length
    case batchSize, optimizer, learningRate, schedule, weightDecay, clip
    case checkpointEvery, checkpointMinutes, validation, patience, classWeights, seed
  }

  /// Reads what was written, also before there was a choice of models and schedules.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dataset = try values.decode(String.self, forKey: .dataset)
    source = try values.decodeIfPresent(SourceSettings.self, forKey: .source)
    dataFolder = try values.decodeIfPresent(String.self, forKey: .dataFolder)
    model = try values.decodeIfPresent(KnownModel.self, forKey: .model) ?? .mlp
    hidden = try values.decode([Int].self, forKey: .hidden)
    activation = try values.decode(Activation.self, forKey: .activation)
    dropout = try values.decodeIfPresent(Double.self, forKey: .dropout)
    augments = try values.decodeIfPresent(Bool.self, forKey: .augments) ?? false
    length = try values.decode(Length.self, forKey: .length)
    batchSize = try values.decode(Int.self, forKey: .batchSize)
    optimizer = try values.decode(OptimizerName.self, forKey: .optimizer)
    learningRate = try values.decode(Double.self, forKey: .learningRate)
    schedule = try values.decodeIfPresent(ScheduleName.self, forKey: .schedule) ?? .constant
    weightDecay = try values.decodeIfPresent(Double.self, forKey: .weightDecay) ?? 0
    clip = try values.decodeIfPresent(Double.self, forKey: .clip)
    validation = try values.decodeIfPresent(Double.self, forKey: .validation)
    patience = try values.decodeIfPresent(Int.self, forKey: .patience)
    classWeights =
      try values.decodeIfPresent(ClassWeighting.self, forKey: .classWeights) ?? .none
    checkpointEvery = try values.decodeIfPresent(Int.self, forKey: .checkpointEvery)
    checkpointMinutes = try values.decodeIfPresent(Double.self, forKey: .checkpointMinutes)
    seed = try values.decode(UInt64.self, forKey: .seed)
  }
}
