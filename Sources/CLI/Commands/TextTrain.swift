import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop text train`
struct TextTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a language model on a text and save its weights.",
    discussion: """
      The model reads windows of the text and learns to tell, after each character, which comes \
      next. The end of the text is held out: after each pass over the rest (an epoch) the model is \
      judged by it, and writes a line of its own. How well it does is said in bits a character: \
      how much it still needs to be told to know the next one. 8 bits would be bytes at random; \
      the least that is possible depends on the text.

      The folder of the run holds config.json (what was asked), metrics.jsonl (a line an epoch), \
      curves.svg (the same as a picture) and model.safetensors (the weights, with the characters that they \
      are for). The same options give the same weights, bit for bit. Ctrl-C finishes the step, saves \
      everything and ends; a second Ctrl-C ends at once.

      EXAMPLES:
        backprop text train
        backprop text train book.txt
        backprop text train book.txt --model lstm --batch-size 32 --epochs 5
        backprop text train book.txt --width 256 --layers 6 --heads 8 --dropout 0.1
        backprop text train --json | jq .held_out_bits_per_character
      """)

  @Argument(
    help: ArgumentHelp(
      "The text, in UTF-8. (default: stories that the program makes up)", valueName: "file"))
  var file: String?
  @Option(help: ArgumentHelp("The model.", valueName: "NAME"))
  var model = KnownLanguageModel.gpt
  @Option(
    help: ArgumentHelp("How many numbers a character is inside the model.", valueName: "N"))
  var width = 128
  @Option(
    help: ArgumentHelp("How many layers. (default: gpt 4, lstm 1)", valueName: "N"))
  var layers: Int?
  @Option(help: ArgumentHelp("How many heads a gpt's attention has.", valueName: "N"))
  var heads = 4
  @Option(
    help: ArgumentHelp(
      "How many characters a window has, and a gpt can look back on.", valueName: "N"))
  var length = 64
  @Option(
    help: ArgumentHelp(
      "The share of the text, its end, to judge by and not to learn from.", valueName: "R"))
  var heldOut = 0.1
  @Option(help: ArgumentHelp("Passes over the text.", valueName: "N"))
  var epochs: Int?
  @Option(help: ArgumentHelp("Mini-batches. (default: 2000)", valueName: "N"))
  var steps: Int?
  @Option(help: ArgumentHelp("The number of windows in a mini-batch.", valueName: "N"))
  var batchSize = 12
  @Option(help: ArgumentHelp("The rule that changes the weights.", valueName: "NAME"))
  var optimizer = TrainingConfiguration.OptimizerName.adamw
  @OptionGroup var rates: RateOptions
  @Option(help: ArgumentHelp("How likely a number is dropped inside the model.", valueName: "P"))
  var dropout = 0.0
  @Option(
    help: ArgumentHelp(
      "The largest norm of all gradients; larger ones are scaled down to it.", valueName: "R"))
  var clip = 1.0
  @Option(
    help: ArgumentHelp(
      "Weights to begin with, in place of random ones; the model is then that of the file.",
      valueName: "FILE"))
  var weights: String?
  @Option(help: ArgumentHelp("What all random numbers start from.", valueName: "N"))
  var seed: UInt64 = 0
  @OptionGroup var threads: ThreadsOption
  @Option(
    help: ArgumentHelp(
      "The folder for the results. (default: runs/TEXT-DATE-TIME)", valueName: "DIR"))
  var output: String?
  @Flag(help: "Write lines of JSON to standard output, and nothing else.")
  var json = false

  private var textConfiguration: TextTrainingConfiguration {
    var result = TextTrainingConfiguration()
    result.file = file
    result.shape = TextModelShape(model)
    result.shape.width = width
    if let layers { result.shape.layers = layers }
    if model == .gpt { result.shape.heads = heads }
    result.shape.context = length
    result.length = length
    result.heldOut = heldOut
    if let epochs { result.duration = .epochs(epochs) }
    if let steps { result.duration = .steps(steps) }
    result.batchSize = batchSize
    result.optimizer = optimizer
    result.learningRate = rates.learningRate ?? optimizer.usualLearningRate
    result.schedule = rates.schedule
    result.weightDecay = rates.weightDecay ?? optimizer.usualWeightDecay
    result.dropout = dropout
    result.clip = clip
    result.seed = seed
    return result
  }

  func validate() throws {
    if epochs != nil && steps != nil {
      throw ValidationError("give --epochs or --steps, and not both")
    }
    if output == "" { throw ValidationError("the option --output is empty, expected a folder") }
    do {
      try textConfiguration.validate()
    } catch {
      throw ValidationError(error.textWithOptions)
    }
  }

  func run() throws {
    #if DEBUG
      StandardError.write(
        "warning: this is a debug build, which trains slowly; "
          + "'swift run -c release backprop text train' is many times as fast")
    #endif
    threads.apply()
    var configuration = textConfiguration
    var start: TextModel?
    if let weights {
      let model = try TextModel(contentsOf: weights, dropout: dropout)
      configuration.shape = model.shape
      try configuration.validate()
      start = model
    }
    let text = try file.map(TextFile.read) ?? SampleText.stories()
    let data = try configuration.prepare(text, vocabulary: start?.vocabulary)
    var random = RandomSource(seed: seed)
    let writer =
      start
      ?? TextModel(configuration.shape, data.vocabulary, dropout: dropout, using: &random)
    let folder = try RunFolder(
      output ?? RunFolder.freshPath(dataset: runName), model: writer.model,
      configuration: configuration, metadata: writer.metadata)
    if StandardOutput.isTerminal && !json {
      StandardOutput.write(
        "\(file ?? "stories"): \(data.train.tokens.count) characters to learn from, "
          + "\(data.heldOut.tokens.count) held out, \(data.vocabulary.count) different ones; "
          + "\(writer.model.parameterCount) parameters\n")
    }
    try train(writer, configuration, data.train, data.heldOut, into: folder)
  }

  private func train(
    _ writer: TextModel, _ configuration: TextTrainingConfiguration, _ data: TextWindows,
    _ heldOut: TextWindows, into folder: RunFolder
  ) throws {
    func train(_ model: some LanguageModel) throws {
      let loop = TrainingLoop(
        model,
        optimizer.make(
          for: model, learningRate: configuration.learningRate,
          weightDecay: configuration.weightDecay),
        data, batchSize: batchSize, seed: seed
      ) { batch, mode in
        crossEntropy(logits: model(batch.inputs, mode), targets: batch.targets)
      }
      let steps = configuration.duration.stepCount(stepsPerEpoch: loop.stepsPerEpoch)
      loop.schedule = configuration.schedule.schedule(over: steps)
      loop.clipping = .norm(clip)
      loop.evaluation = { ["heldOutLoss": heldOut.loss(of: model, batchSize: batchSize)] }
      loop.observers = [
        folder,
        json ? TextTrainingJSON(writer, folder) : TextTrainingText(writer, folder),
        InterruptionWatch(loop.control),
      ]
      Interruption.watch()
      let result = try loop.run(steps: steps)
      try Interruption.report(result, savedIn: folder)
    }
    try train(writer.model)
  }

  /// What the run is called: the file without folders and ending.
  private var runName: String {
    guard let file else { return "stories" }
    let name = file.split(separator: "/").last.map(String.init) ?? "text"
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}
