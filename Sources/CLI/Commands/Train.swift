import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network and save its weights.",
    discussion: """
      The network is fully connected (784 pixels, hidden layers, 10 classes) or, by --model, a \
      convolutional one. It learns from pictures: drawn digits, MNIST, a folder that has one for each \
      class; or from a table, in which case it learns the column --target from the others, a class or \
      a number, and is judged by the rows that are held out. Each step takes a \
      mini-batch of pictures, computes the loss (softmax and cross-entropy), the gradient of the \
      loss by every weight (backpropagation), and lets the optimizer change the weights. After \
      each pass over the data (an epoch) the network is judged on all training and test pictures.

      The folder of the run holds config.json (what was asked), metrics.jsonl (a line an epoch), \
      checkpoints (from which a run that was cut off goes on), and at the end model.safetensors (the \
      weights), curves.svg (the metrics as a picture) and result.json (how it ended). The same options \
      give the same weights, bit for bit. Ctrl-C finishes the step, saves everything and ends, and so \
      do a polite kill (SIGTERM) and a closed terminal (SIGHUP); a second Ctrl-C ends at once. However \
      a run ended, --resume goes on with it.

      EXAMPLES:
        backprop train
        backprop train --dataset mnist --epochs 5
        backprop train --hidden 200,100 --activation tanh --optimizer adam
        backprop train --model lenet --dataset mnist --optimizer adam --epochs 5
        backprop train --hidden 200 --dropout 0.2 --augment
        backprop train --dataset flowers.csv --target species --optimizer adam
        backprop train --dataset houses.csv --target price --type zip=category --missing median
        backprop train --dataset animals/ --image-size 64x64 --colors rgb --hidden 200
        backprop train --optimizer adamw --schedule cosine --clip 1
        backprop train --steps 1000 --learning-rate 0.5 --output runs/fast
        backprop train --dataset mnist --epochs 50 --validation 0.1 --patience 5
        backprop train --output runs/long --epochs 500 --checkpoint-minutes 5
        backprop train --resume runs/long
        backprop train --json | jq .test_accuracy
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var data: DataFolderOption
  @Option(help: ArgumentHelp("The network. (default: mlp)", valueName: "NAME"))
  var model: KnownModel?
  @Option(
    help: ArgumentHelp(
      "The widths of an mlp's hidden layers: 50, or 100,50. (default: 50)", valueName: "N,N"))
  var hidden: Widths?
  @Option(
    help: ArgumentHelp("The function after each of these. (default: relu)", valueName: "NAME"))
  var activation: Activation?
  @Option(
    help: ArgumentHelp(
      "How likely a number is dropped after a hidden layer. (default: mlp 0, deep-convnet 0.5)",
      valueName: "P"))
  var dropout: Double?
  @Flag(help: "Turn, scale and move the pictures a little at random, anew each time.")
  var augment = false
  @Option(help: ArgumentHelp("Passes over the training data. (default: 10)", valueName: "N"))
  var epochs: Int?
  @Option(help: ArgumentHelp("Mini-batches, instead of --epochs.", valueName: "N"))
  var steps: Int?
  @Option(
    help: ArgumentHelp("The number of examples in a mini-batch. (default: 100)", valueName: "N"))
  var batchSize: Int?
  @Option(
    help: ArgumentHelp("The rule that changes the weights. (default: sgd)", valueName: "NAME"))
  var optimizer: TrainingConfiguration.OptimizerName?
  @OptionGroup var rates: RateOptions
  @Option(
    help: ArgumentHelp(
      "The largest norm of all gradients; larger ones are scaled down to it.", valueName: "R"))
  var clip: Double?
  @Option(help: ArgumentHelp("What all random numbers start from. (default: 0)", valueName: "N"))
  var seed: UInt64?
  @OptionGroup var care: ValidationOptions
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var folder: RunOptions
  @Flag(help: "Write lines of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if epochs != nil && steps != nil {
      throw ValidationError("give --epochs or --steps, and not both")
    }
    // Of a run that goes on, what it says is looked at when it has been read.
    if folder.resume == nil { _ = try trainingConfiguration() }
  }

  /// The options that are given and say what is trained and where, but for --resume: all but --threads and
  /// --json.
  var given: [String] {
    source.given
      + givenOptions([
        "data-dir": data.folder, "model": model, "hidden": hidden, "activation": activation,
        "dropout": dropout, "augment": augment ? true : nil, "epochs": epochs, "steps": steps,
        "batch-size": batchSize, "optimizer": optimizer, "learning-rate": rates.learningRate,
        "schedule": rates.schedule, "weight-decay": rates.weightDecay, "clip": clip, "seed": seed,
        "validation": care.validation, "patience": care.patience,
        "class-weights": care.classWeights,
      ]) + folder.given
  }

  /// Refuses options that would do nothing.
  ///
  /// - Parameters:
  ///   - names: the options: `--schedule`.
  ///   - reason: why they would do nothing.
  /// - Throws: `ValidationError` with the names of those that are given.
  func refuse(_ names: [String], _ reason: String) throws {
    let found = (given + (folder.resume == nil ? [] : ["--resume"])).filter(names.contains)
    if !found.isEmpty {
      throw ValidationError("\(reason), and would ignore \(found.joined(separator: ", "))")
    }
  }

  func trainingConfiguration() throws -> TrainingConfiguration {
    try folder.configuration(TrainingConfiguration()) { result in
      try source.set(in: &result)
      if let model { result.model = model }
      if !result.model.takesRows && (hidden != nil || activation != nil) {
        throw ValidationError("--hidden and --activation are settings of --model mlp alone")
      }
      if let hidden { result.hidden = hidden.values }
      if let activation { result.activation = activation }
      if let dropout { result.dropout = dropout }
      if augment { result.augments = true }
      if let epochs { result.length = .epochs(epochs) }
      if let steps { result.length = .steps(steps) }
      if let batchSize { result.batchSize = batchSize }
      rates.set(optimizer, in: &result)
      if let clip { result.clip = clip }
      if let seed { result.seed = seed }
      care.set(in: &result)
    }
  }

  /// The settings with the folder that data sets are looked for in, which a run that goes on need not
  /// keep: the data may have been moved since it began.
  func configurationWithDataFolder() throws -> TrainingConfiguration {
    var configuration = try trainingConfiguration()
    if let path = data.folder { configuration.dataFolder = File.absolutePath(path) }
    return configuration
  }

  func run() throws {
    #if DEBUG
      StandardError.write(
        "warning: this is a debug build, which trains slowly; "
          + "'swift run -c release backprop train' is many times as fast")
    #endif
    threads.apply()
    let configuration = try configurationWithDataFolder()
    if try folder.isFinished(configuration, json: json) { return }
    let training = try ConfiguredTraining(configuration)
    try folder.carryOut(training, by: "backprop train", json: json) { folder in
      if json { return TrainingJSON(training.task, folder: folder) }
      return TrainingText(training.task, folder: folder)
    }
  }
}
