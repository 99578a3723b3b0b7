import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network and save its weights.",
    discussion: """
      The network is fully connected (784 pixels, hidden layers, 10 classes) or, by --model, a \
      convolutional one. Each step takes a \
      mini-batch of pictures, computes the loss (softmax and cross-entropy), the gradient of the \
      loss by every weight (backpropagation), and lets the optimizer change the weights. After \
      each pass over the data (an epoch) the network is judged on all training and test pictures.

      The folder of the run holds config.json (what was asked), metrics.jsonl (a line an epoch), \
      curves.svg (the same as a picture) and model.safetensors (the weights). The same options give the same weights, bit for bit. \
      Ctrl-C finishes the step, saves everything and ends; a second Ctrl-C ends at once.

      EXAMPLES:
        backprop train
        backprop train --dataset mnist --epochs 5
        backprop train --hidden 200,100 --activation tanh --optimizer adam
        backprop train --model lenet --dataset mnist --optimizer adam --epochs 5
        backprop train --hidden 200 --dropout 0.2 --augment
        backprop train --optimizer adamw --schedule cosine --clip 1
        backprop train --steps 1000 --learning-rate 0.5 --output runs/fast
        backprop train --json | jq .test_accuracy
      """)

  @Option(
    help: ArgumentHelp("What to learn from; digits are drawn by the program.", valueName: "NAME"))
  var dataset = KnownDataset.digits
  @OptionGroup var data: DataFolderOption
  @Option(help: ArgumentHelp("The network.", valueName: "NAME"))
  var model = KnownModel.mlp
  @Option(
    help: ArgumentHelp("The widths of an mlp's hidden layers: 50, or 100,50.", valueName: "N,N"))
  var hidden = Widths([50])
  @Option(help: ArgumentHelp("The function after each of these.", valueName: "NAME"))
  var activation = Activation.relu
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
  @Option(help: ArgumentHelp("The number of pictures in a mini-batch.", valueName: "N"))
  var batchSize = 100
  @Option(help: ArgumentHelp("The rule that changes the weights.", valueName: "NAME"))
  var optimizer = TrainingConfiguration.OptimizerName.sgd
  @OptionGroup var rates: RateOptions
  @Option(
    help: ArgumentHelp(
      "The largest norm of all gradients; larger ones are scaled down to it.", valueName: "R"))
  var clip: Double?
  @Option(help: ArgumentHelp("What all random numbers start from.", valueName: "N"))
  var seed: UInt64 = 0
  @OptionGroup var threads: ThreadsOption
  @Option(
    help: ArgumentHelp(
      "The folder for the results. (default: runs/DATASET-DATE-TIME)", valueName: "DIR"))
  var output: String?
  @Flag(help: "Write lines of JSON to standard output, and nothing else.")
  var json = false

  var trainingConfiguration: TrainingConfiguration {
    var result = TrainingConfiguration()
    result.dataset = dataset.rawValue
    result.dataFolder = data.folder.map(File.absolutePath)
    result.model = model
    result.hidden = hidden.values
    result.activation = activation
    result.dropout = dropout
    result.augments = augment
    if let epochs { result.length = .epochs(epochs) }
    if let steps { result.length = .steps(steps) }
    result.batchSize = batchSize
    result.optimizer = optimizer
    result.learningRate = rates.learningRate ?? optimizer.usualLearningRate
    result.schedule = rates.schedule
    result.weightDecay = rates.weightDecay ?? optimizer.usualWeightDecay
    result.clip = clip
    result.seed = seed
    return result
  }

  func validate() throws {
    if epochs != nil && steps != nil {
      throw ValidationError("give --epochs or --steps, and not both")
    }
    if !model.takesRows && (hidden.values != [50] || activation != .relu) {
      throw ValidationError("--hidden and --activation are settings of --model mlp alone")
    }
    if output == "" { throw ValidationError("the option --output is empty, expected a folder") }
    do {
      try trainingConfiguration.validate(exampleCount: .max)
    } catch {
      throw ValidationError(error.textWithOptions)
    }
  }

  func run() throws {
    #if DEBUG
      StandardError.write(
        "warning: this is a debug build, which trains slowly; "
          + "'swift run -c release backprop train' is many times as fast")
    #endif
    threads.apply()
    let training = try ConfiguredTraining(trainingConfiguration)
    let folder = try training.begin(in: output ?? RunFolder.freshPath(dataset: dataset.rawValue))
    if StandardOutput.isTerminal && !json {
      StandardOutput.write(try training.task.summary())
    }
    let printer: any TrainingObserver =
      json
      ? TrainingJSON(training.task, folder: folder) : TrainingText(training.task, folder: folder)
    training.loop.observers.append(printer)
    training.loop.observers.append(InterruptionWatch(training.loop.control))
    Interruption.watch()
    let result = try training.run()
    try Interruption.report(result, savedIn: folder)
  }
}
