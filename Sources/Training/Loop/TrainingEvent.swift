/// What happens while a model trains, as it is told to all who listen: the command line, the run
/// folder, a server.
public enum TrainingEvent: Sendable {
  /// Training begins, or goes on.
  case started(TrainingPlan)
  /// A step is done.
  case step(StepReport)
  /// A pass over the training data is done (or training ended within one), and was evaluated.
  case epoch(EpochReport)
  /// Training is over. Not told when it was paused.
  case finished(TrainingResult)
}

/// What is about to be done.
public struct TrainingPlan: Sendable, Hashable {
  /// The number of steps in all.
  public let stepCount: Int
  /// The number of steps in one pass over the training data.
  public let stepsPerEpoch: Int
  /// The number of steps that are done already, where training goes on.
  public let stepsDone: Int
  /// The number of passes that are complete already.
  public let epochsDone: Int
}

/// One step.
public struct StepReport: Sendable, Hashable {
  /// The number of steps done.
  public let step: Int
  /// The loss of the step's mini-batch, before the step changed the weights. Of several, the mean over
  /// their examples.
  public let loss: Double
  /// The seconds that steps have taken so far.
  public let seconds: Double
}

/// One pass over the training data.
public struct EpochReport: Sendable, Hashable {
  /// The number of passes done, this one included.
  public let epoch: Int
  /// The number of steps done.
  public let step: Int
  /// The mean loss of the pass's steps.
  public let loss: Double
  /// What the loop's evaluation gave, by name.
  public let metrics: [String: Double]
  /// Steps a second in this pass, evaluation not counted.
  public let stepsPerSecond: Double

  /// The metric of this name; `loss` is the mean loss, unless the evaluation has one of its own.
  func value(of metric: String) -> Double? {
    metrics[metric] ?? (metric == "loss" ? loss : nil)
  }

  /// The metric of this name.
  ///
  /// - Throws: `TrainingError.unknownMetric` where there is none.
  func requiredValue(of metric: String) throws(TrainingError) -> Double {
    guard let value = value(of: metric) else {
      throw .unknownMetric(metric, known: ["loss"] + metrics.keys.sorted())
    }
    return value
  }
}

extension EpochReport: CustomStringConvertible {
  /// `epoch 3: loss 0.1234, accuracy 0.9712`, the metrics by name.
  public var description: String {
    let values = [("loss", loss)] + metrics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return "epoch \(epoch): "
      + values.map { "\($0) \(Self.rounded($1))" }.joined(separator: ", ")
  }

  /// With four decimals, or with as many as four digits need where the first is further behind.
  private static func rounded(_ value: Double) -> String {
    guard value.isFinite, abs(value) >= 1e-4, abs(value) < 1e9 else { return "\(value)" }
    var (scale, decimals) = (1e4, 4)
    while abs(value) * scale < 999.5 { (scale, decimals) = (scale * 10, decimals + 1) }
    return decimalText(value, decimals: decimals)
  }
}

/// Flat: the metrics stand beside the other members, under their own names.
extension EpochReport: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let own = ["epoch", "step", "loss", "stepsPerSecond"]

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    epoch = try values.decode(Int.self, forKey: Key(stringValue: "epoch"))
    step = try values.decode(Int.self, forKey: Key(stringValue: "step"))
    loss = try values.decode(Double.self, forKey: Key(stringValue: "loss"))
    stepsPerSecond = try values.decode(Double.self, forKey: Key(stringValue: "stepsPerSecond"))
    var metrics: [String: Double] = [:]
    for key in values.allKeys where !Self.own.contains(key.stringValue) {
      metrics[key.stringValue] = try values.decodeIfPresent(Double.self, forKey: key) ?? .nan
    }
    self.metrics = metrics
  }

  /// Writes `{"epoch": 1, "loss": 0.3, "step": 600, "stepsPerSecond": 9000, "accuracy": 0.97}`. A metric
  /// that is no number is `null`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(epoch, forKey: Key(stringValue: "epoch"))
    try values.encode(step, forKey: Key(stringValue: "step"))
    try values.encode(loss, forKey: Key(stringValue: "loss"))
    try values.encode(stepsPerSecond, forKey: Key(stringValue: "stepsPerSecond"))
    for (name, value) in metrics where !Self.own.contains(name) {
      try values.encode(value.isNaN ? nil : value, forKey: Key(stringValue: name))
    }
  }
}

/// How training ended.
public struct TrainingResult: Sendable, Hashable, Codable {
  /// Why it ended.
  public enum End: String, Sendable, Hashable, Codable {
    /// All that was asked for is done.
    case completed
    /// The metric got no better.
    case stoppedEarly
    /// It was asked to stop.
    case interrupted
    /// It was asked to pause, and can go on.
    case paused
  }

  /// The number of steps done.
  public let steps: Int
  /// The seconds that the steps took, evaluation not counted.
  public let seconds: Double
  /// Why it ended.
  public let end: End
  /// What the evaluation gave of the weights that the model has at the end, by name: that of the last epoch,
  /// or of the best with early stopping.
  public let metrics: [String: Double]
}

/// One who is told what happens while a model trains.
public protocol TrainingObserver: AnyObject {
  /// Called for every event, in order, on the thread that trains. An error ends the training.
  func receive(_ event: TrainingEvent) throws
}
