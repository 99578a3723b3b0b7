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

    /// The learning rate that usually suits it.
    public var usualLearningRate: Double {
      switch self {
      case .sgd: 0.1
      case .momentum: 0.02
      case .adam: 0.001
      }
    }
  }

  /// How long to train.
  public enum Length: Codable, Sendable, Hashable {
    /// Passes over the training data.
    case epochs(Int)
    /// Mini-batches.
    case steps(Int)

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

  /// The data set, by name.
  public var dataset = "digits"
  /// The kind of model.
  public var model = KnownModel.mlp
  /// The widths of the hidden layers of an `mlp`.
  public var hidden = [50]
  /// The function after each hidden layer of an `mlp`.
  public var activation = Activation.relu
  /// How long to train.
  public var length = Length.epochs(10)
  /// The number of examples in a mini-batch.
  public var batchSize = 100
  /// The rule by which gradients change weights.
  public var optimizer = OptimizerName.sgd
  /// How far a step goes.
  public var learningRate = OptimizerName.sgd.usualLearningRate
  /// What all random numbers start from: the same seed gives the same bits.
  public var seed: UInt64 = 0

  /// The configuration that trains the two-layer network on the drawn digits.
  public init() {}

  /// The number of steps, for a training set of `exampleCount`.
  public func stepCount(exampleCount: Int) -> Int {
    switch length {
    case .steps(let steps): steps
    case .epochs(let epochs): epochs * stepsPerEpoch(exampleCount: exampleCount)
    }
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
    func require(
      _ holds: Bool, _ name: String, _ found: String, _ expected: String
    ) throws(TrainingError) {
      if !holds { throw .invalidSetting(name, found: found, expected: expected) }
    }
    try require(
      !hidden.contains { $0 < 1 || $0 > 1_000_000 }, "hidden", "\(hidden)",
      "widths from 1 to 1000000")
    let weights = zip(hidden, hidden.dropFirst()).map(*).max() ?? 0
    try require(
      weights <= Self.mostWeights, "hidden", "\(hidden)",
      "at most \(Self.mostWeights) weights between two layers")
    try require(batchSize >= 1, "batchSize", "\(batchSize)", "1 or more")
    try require(
      learningRate.isFinite && learningRate > 0, "learningRate", "\(learningRate)",
      "a number above 0")
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
    case dataset, model, hidden, activation, length, batchSize, optimizer, learningRate, seed
  }

  /// Reads what was written, also before there was a choice of models.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dataset = try values.decode(String.self, forKey: .dataset)
    model = try values.decodeIfPresent(KnownModel.self, forKey: .model) ?? .mlp
    hidden = try values.decode([Int].self, forKey: .hidden)
    activation = try values.decode(Activation.self, forKey: .activation)
    length = try values.decode(Length.self, forKey: .length)
    batchSize = try values.decode(Int.self, forKey: .batchSize)
    optimizer = try values.decode(OptimizerName.self, forKey: .optimizer)
    learningRate = try values.decode(Double.self, forKey: .learningRate)
    seed = try values.decode(UInt64.self, forKey: .seed)
  }
}

extension TrainingConfiguration {
  /// The optimizer that the configuration names.
  public func makeOptimizer(for model: some Module) -> Optimizer {
    switch optimizer {
    case .sgd: SGD(for: model, learningRate: learningRate)
    case .momentum: SGD(for: model, learningRate: learningRate, momentum: 0.9)
    case .adam: Adam(for: model, learningRate: learningRate)
    }
  }

  /// The network that the configuration describes, for examples of `inputs` numbers in `classes`
  /// classes. Its weights come from the seed.
  public func makeModel(inputs: Int, classes: Int) -> any Layer {
    var random = RandomSource(seed: seed)
    return model.make(
      inputs: inputs, hidden: hidden, activation: activation, classes: classes, using: &random)
  }
}
