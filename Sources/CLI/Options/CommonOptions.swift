import ArgumentParser
import Backprop
import BackpropFiles

/// Where data sets are looked for.
struct DataFolderOption: ParsableArguments {
  @Option(
    name: .customLong("data-dir"),
    help: ArgumentHelp(
      "The folder to look for data sets in, instead of $BACKPROP_DATA and the cache.",
      discussion: "It holds a folder for each data set, such as DIR/mnist.", valueName: "DIR"))
  var folder: String?
}

/// A file of weights, and how its network works.
struct WeightsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file of weights: safetensors, a PyTorch checkpoint, or NumPy arrays; or the folder of a run.",
      valueName: "FILE|DIR"))
  var weights: String

  @Option(
    help: ArgumentHelp(
      "What network they are the weights of. (default: what the file says, or else mlp)",
      valueName: "NAME"))
  var model: KnownModel?

  @Option(
    help: ArgumentHelp(
      "The function after each hidden layer of an mlp. (default: what the file says, or else relu)",
      valueName: "NAME"))
  var activation: Activation?

  /// The file: of a run's folder the weights of its end.
  private var file: String {
    File.isFolder(weights) ? RunFolder.weightsPath(in: weights) : weights
  }

  /// The folder of the run that wrote the file; `nil` if there is none to be seen.
  var runFolder: String? {
    let folder = File.isFolder(weights) ? weights : File.folder(of: weights) ?? "."
    let isOfRun = File.name(of: file) == File.name(of: RunFolder.weightsPath(in: folder))
    return isOfRun && File.exists(folder + "/config.json") ? folder : nil
  }

  /// Where the run that the weights come from was told to look for its data set; `nil` if it was not, or
  /// `dataset` is another one.
  func dataFolder(of dataset: String?) -> String? {
    // A folder of another program's may have files of these names too.
    guard let runFolder,
      let run = try? RunFolder.configuration(TrainingConfiguration.self, of: runFolder),
      dataset == nil || dataset == run.dataset
    else { return nil }
    return run.dataFolder
  }

  /// - Throws: what reading throws, and `NonFiniteWeights` for weights that tell nothing.
  func load() throws -> Classifier {
    let classifier = try Classifier(contentsOf: file, kind: model, activation: activation)
    try classifier.model.requireFiniteWeights(file: file)
    return classifier
  }
}

/// How far the steps of a training go.
struct RateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far a step goes; with a schedule, at its highest.",
      discussion: "By default \(TrainingConfiguration.OptimizerName.usualLearningRates).",
      valueName: "R"))
  var learningRate: Double?
  @Option(
    help: ArgumentHelp(
      "How the learning rate changes in the course of a run. (default: constant)", valueName: "NAME"
    ))
  var schedule: TrainingConfiguration.ScheduleName?
  @Option(
    help: ArgumentHelp(
      "How much the weights are pulled to zero. (default: adamw 0.01, the others 0)",
      valueName: "R"))
  var weightDecay: Double?

  /// Puts what was asked for into a configuration. Another optimizer brings its usual rate and decay.
  func set(
    _ optimizer: TrainingConfiguration.OptimizerName?, in settings: inout some OptimizerSettings
  ) {
    if let optimizer, optimizer != settings.optimizer {
      settings.optimizer = optimizer
      settings.learningRate = optimizer.usualLearningRate
      settings.weightDecay = optimizer.usualWeightDecay
    }
    if let learningRate { settings.learningRate = learningRate }
    if let schedule { settings.schedule = schedule }
    if let weightDecay { settings.weightDecay = weightDecay }
  }
}

/// The settings of an optimizer, which trainings of pictures, tables and texts have in common.
protocol OptimizerSettings {
  var optimizer: TrainingConfiguration.OptimizerName { get set }
  var learningRate: Double { get set }
  var schedule: TrainingConfiguration.ScheduleName { get set }
  var weightDecay: Double { get set }
}

extension TrainingConfiguration: OptimizerSettings {}

extension TextTrainingConfiguration: OptimizerSettings {}

/// How many threads to compute with.
struct ThreadsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many threads to compute with. (default: $BACKPROP_THREADS, or all processors it may use)",
      discussion: "The results are the same in every bit for any number.", valueName: "N"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("the option --threads is \(threads), expected 1 or more")
    }
  }

  /// Makes it so.
  func apply() { if let threads { Parallel.threadCount = threads } }
}
