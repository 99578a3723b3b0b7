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
    loop.earlyStopping = configuration.patience.map { patience in
      EarlyStopping(on: task.goal.metric, task.goal.direction, patience: patience)
    }
    configuration.set(up: loop, stepCount: stepCount)
  }

  /// Makes the folder of the run. It is told of all that happens before other observers are, and
  /// checkpoints go there.
  ///
  /// - Parameters:
  ///   - path: the folder; a run that has ended in it is replaced.
  ///   - overwriting: whether one that was cut off, and could go on, is replaced too.
  /// - Throws: `FileError`; its reason is `inUse` while another run writes into the folder;
  ///   ``UnfinishedRun``.
  @discardableResult
  public func begin(in path: String, overwriting: Bool = false) throws -> RunFolder {
    try keepResults(in: path, overwriting: overwriting)
  }

  /// Takes up the run that a folder holds, and goes on in it. The configuration should be that of the
  /// folder, ``RunFolder/configuration(_:of:)``; only a longer run may be asked for.
  ///
  /// ```swift
  /// let configuration: TrainingConfiguration = try RunFolder.configuration(of: "runs/first")
  /// let training = try ConfiguredTraining(configuration)
  /// try training.resume(in: "runs/first")
  /// try training.run()
  /// ```
  ///
  /// - Returns: the folder, and where the run goes on.
  /// - Throws: `FileError`; what ``TrainingLoop/resume(from:)`` throws.
  @discardableResult
  public func resume(in path: String) throws -> (folder: RunFolder, resumption: Resumption) {
    let folder = try keepResults(in: path, resuming: true)
    return (folder, try loop.resume(from: folder.checkpoints.folder))
  }

  private func keepResults(
    in path: String, resuming: Bool = false, overwriting: Bool = false
  ) throws -> RunFolder {
    let folder = try RunFolder(
      path, model: task.model, configuration: configuration, metadata: task.metadata,
      resuming: resuming, overwriting: overwriting)
    folder.checkpoints.goal = task.goal
    folder.checkpoints.everySteps = configuration.checkpointEvery
    folder.checkpoints.everyMinutes = configuration.checkpointMinutes
    loop.checkpoints = folder.checkpoints
    loop.observers.insert(folder, at: 0)
    return folder
  }

  /// Trains to the end.
  ///
  /// - Returns: how it ended.
  /// - Throws: what ``TrainingLoop/run(steps:)`` throws.
  @discardableResult
  public func run() throws -> TrainingResult {
    do {
      return try loop.run(steps: stepCount)
    } catch {
      for case let folder as RunFolder in loop.observers { folder.end(with: error) }
      throw error
    }
  }
}
