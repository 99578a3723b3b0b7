/// What happens while a model trains, as it is told to all who listen: the command line, the run
/// folder, a server.
public enum TrainingEvent: Sendable {
  /// Training begins.
  case started(TrainingPlan)
  /// A step is done.
  case step(StepReport)
  /// A pass over the training data is done (or training ended within one), and was evaluated.
  case epoch(EpochReport)
  /// Training is over.
  case finished(TrainingResult)
}

/// What is about to be done.
public struct TrainingPlan: Sendable, Hashable {
  /// The number of steps in all.
  public let stepCount: Int
  /// The number of steps in one pass over the training data.
  public let stepsPerEpoch: Int
}

/// One step.
public struct StepReport: Sendable, Hashable {
  /// The number of steps done.
  public let step: Int
  /// The loss of the step's mini-batch, before the step changed the weights.
  public let loss: Double
  /// The seconds that steps have taken so far.
  public let seconds: Double
}

/// One pass over the training data.
public struct EpochReport: Sendable, Hashable, Codable {
  /// The number of passes done, this one included.
  public let epoch: Int
  /// The number of steps done.
  public let step: Int
  /// The mean loss of the pass's mini-batches.
  public let loss: Double
  /// The share of the training set that is classified correctly.
  public let trainAccuracy: Double
  /// The share of the test set that is classified correctly.
  public let testAccuracy: Double
  /// Steps a second in this pass, evaluation not counted.
  public let stepsPerSecond: Double
}

/// How training ended.
public struct TrainingResult: Sendable, Hashable {
  /// The number of steps done.
  public let steps: Int
  /// The seconds that the steps took, evaluation not counted.
  public let seconds: Double
  /// The share of the test set that is classified correctly.
  public let testAccuracy: Double
  /// Whether training was asked to stop before its end.
  public let wasInterrupted: Bool
}

/// One who is told what happens while a model trains.
public protocol TrainingObserver: AnyObject {
  /// Called for every event, in order, on the thread that trains. An error ends the training.
  func receive(_ event: TrainingEvent) throws
}
