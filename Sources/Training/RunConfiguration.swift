import BackpropNeuralNetworks
import BackpropOptimizers

/// What a training run is asked to do, of whatever kind it is: all that is needed to do it again.
///
/// Written to a file and read again, it makes the same run, of which every bit is the same:
/// ``TrainingConfiguration`` for data in classes, `TextTrainingConfiguration` for texts.
public protocol RunConfiguration: Codable, Equatable, Sendable {
  /// How long to train.
  var runLength: TrainingConfiguration.Length { get set }
  /// The number of examples in a mini-batch.
  var batchSize: Int { get }
  /// How the learning rate changes.
  var schedule: TrainingConfiguration.ScheduleName { get }
  /// What the norm of all gradients is brought down to; `nil` to leave them as they are.
  var clip: Double? { get }
  /// After how many steps a checkpoint is written; `nil` for no such rule. The result is the same.
  var checkpointEvery: Int? { get set }
  /// After how many minutes a checkpoint is written; `nil` for no such rule. The result is the same.
  var checkpointMinutes: Double? { get set }
  /// After how many epochs in a row without a better value of the task's goal to stop; `nil`, as by default,
  /// to train to the end.
  var patience: Int? { get }
  /// What all random numbers start from.
  var seed: UInt64 { get }
  /// What the run learns from, in a word: its folder is called after that.
  var name: String { get }

  /// Checks that the numbers make sense, on their own and for a training set of `exampleCount`.
  func validate(exampleCount: Int) throws(TrainingError)

  /// Loads the data and makes the model.
  func makeTask() throws -> any TrainingTask

  /// The optimizer that changes a model's parameters.
  func makeOptimizer(for model: some Module) -> Optimizer

  /// Gives a loop the settings that are not made with it. By default the schedule and the clipping.
  func set(up loop: any AnyTrainingLoop, stepCount: Int)
}

extension RunConfiguration {
  public var patience: Int? { nil }

  public func set(up loop: any AnyTrainingLoop, stepCount: Int) {
    loop.schedule = schedule.schedule(over: stepCount)
    loop.clipping = clip.map { .norm($0) }
  }
}
