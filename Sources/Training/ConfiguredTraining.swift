import BackpropData
import BackpropNeuralNetworks

/// A training that a configuration describes: data, model, loss, optimizer, schedule and evaluation,
/// made of nothing else, so that the same configuration trains the same weights in every bit.
///
/// ```swift
/// var configuration = TrainingConfiguration()
/// configuration.optimizer = .adam
/// configuration.learningRate = 0.001
/// let training = try ConfiguredTraining(configuration)
/// training.loop.onEpoch = { print($0) }
/// try training.begin(in: "runs/first")       // a folder for the results, if they are to be kept
/// try training.run()
/// ```
public final class ConfiguredTraining<Configuration: RunConfiguration> {
  /// What was asked.
  public let configuration: Configuration
  /// The data, the model, its loss, and how it is judged.
  public let task: any TrainingTask
  /// What trains the task's model.
  public let loop: any AnyTrainingLoop
  /// The number of steps in all.
  public let stepCount: Int

  /// Loads the data and makes the model that the configuration names.
  ///
  /// - Throws: `TrainingError` for settings that make no sense; what loading the data throws.
  public convenience init(_ configuration: Configuration) throws {
    try configuration.validate(exampleCount: .max)
    try self.init(configuration, configuration.makeTask())
  }

  /// A training of a task that is there already, whatever data the configuration names.
  ///
  /// - Throws: `TrainingError` for settings that make no sense for this task.
  public init(_ configuration: Configuration, _ task: some TrainingTask) throws {
    try configuration.validate(exampleCount: task.examples.count)
    self.configuration = configuration
    self.task = task
    let loop = TrainingLoop(
      task.model, configuration.makeOptimizer(for: task.model), task.examples,
      batchSize: configuration.batchSize, seed: configuration.seed, loss: task.loss)
    self.loop = loop
    stepCount = configuration.runLength.stepCount(stepsPerEpoch: loop.stepsPerEpoch)
    loop.evaluation = task.evaluate
    configuration.set(up: loop, stepCount: stepCount)
  }

  /// Makes the folder of the run. It is told of all that happens before other observers are.
  ///
  /// - Throws: `FileError`.
  @discardableResult
  public func begin(in path: String) throws -> RunFolder {
    let folder = try RunFolder(
      path, model: task.model, configuration: configuration, metadata: task.metadata)
    loop.observers.insert(folder, at: 0)
    return folder
  }

  /// Trains to the end.
  ///
  /// - Returns: how it ended.
  /// - Throws: what ``TrainingLoop/run(steps:)`` throws.
  @discardableResult
  public func run() throws -> TrainingResult { try loop.run(steps: stepCount) }
}
