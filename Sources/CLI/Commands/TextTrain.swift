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
      checkpoints (from which a run that was cut off goes on), and at the end model.safetensors (the \
      weights, with the characters that they are for), curves.svg (the metrics as a picture) and \
      result.json (how it ended). The same options give the same weights, bit for bit. Ctrl-C finishes \
      the step, saves everything and ends; a second Ctrl-C ends at once. However a run ended, --resume \
      goes on with it.

      EXAMPLES:
        backprop text train
        backprop text train book.txt
        backprop text train book.txt --model lstm --batch-size 32 --epochs 5
        backprop text train book.txt --width 256 --layers 6 --heads 8 --dropout 0.1
        backprop text train book.txt --output runs/book --checkpoint-minutes 10
        backprop text train --resume runs/book
        backprop text train --json | jq .held_out_bits_per_character
      """)

  @Argument(
    help: ArgumentHelp(
      "The text, in UTF-8. (default: stories that the program makes up)", valueName: "file"))
  var file: String?
  @Option(help: ArgumentHelp("The model. (default: gpt)", valueName: "NAME"))
  var model: KnownLanguageModel?
  @Option(
    help: ArgumentHelp(
      "How many numbers a character is inside the model. (default: 128)", valueName: "N"))
  var width: Int?
  @Option(
    help: ArgumentHelp("How many layers. (default: gpt 4, lstm 1)", valueName: "N"))
  var layers: Int?
  @Option(
    help: ArgumentHelp("How many heads a gpt's attention has. (default: 4)", valueName: "N"))
  var heads: Int?
  @Option(
    help: ArgumentHelp(
      "How many characters a window has, and a gpt can look back on. (default: 64)",
      valueName: "N"))
  var length: Int?
  @Option(
    help: ArgumentHelp(
      "The share of the text, its end, to judge by and not to learn from. (default: 0.1)",
      valueName: "R"))
  var heldOut: Double?
  @Option(help: ArgumentHelp("Passes over the text.", valueName: "N"))
  var epochs: Int?
  @Option(help: ArgumentHelp("Mini-batches. (default: 2000)", valueName: "N"))
  var steps: Int?
  @Option(
    help: ArgumentHelp("The number of windows in a mini-batch. (default: 12)", valueName: "N"))
  var batchSize: Int?
  @Option(
    help: ArgumentHelp("The rule that changes the weights. (default: adamw)", valueName: "NAME"))
  var optimizer: TrainingConfiguration.OptimizerName?
  @OptionGroup var rates: RateOptions
  @Option(
    help: ArgumentHelp(
      "How likely a number is dropped inside the model. (default: 0)", valueName: "P"))
  var dropout: Double?
  @Option(
    help: ArgumentHelp(
      "The largest norm of all gradients; larger ones are scaled down to it. (default: 1)",
      valueName: "R"))
  var clip: Double?
  @Option(
    help: ArgumentHelp(
      "Weights to begin with, in place of random ones; the model is then that of the file.",
      valueName: "FILE"))
  var weights: String?
  @Option(help: ArgumentHelp("What all random numbers start from. (default: 0)", valueName: "N"))
  var seed: UInt64?
  @OptionGroup var threads: ThreadsOption
  @OptionGroup var folder: RunOptions
  @Flag(help: "Write lines of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if epochs != nil && steps != nil {
      throw ValidationError("give --epochs or --steps, and not both")
    }
    // Of a run that goes on, what it says is looked at when it has been read; so are weights.
    if folder.resume == nil && weights == nil { _ = try textConfiguration() }
  }

  private func textConfiguration() throws -> TextTrainingConfiguration {
    try folder.configuration(TextTrainingConfiguration()) { result in
      if let file { result.file = File.absolutePath(file) }
      if let dropout { result.dropout = dropout }
      if let model, model != result.shape.model { result.shape = TextModelShape(model) }
      if let width { result.shape.width = width }
      if let layers { result.shape.layers = layers }
      if let heads, result.shape.model == .gpt { result.shape.heads = heads }
      if let length { (result.length, result.shape.context) = (length, length) }
      if let weights {
        result.weights = File.absolutePath(weights)
        result.shape = try TextModel(contentsOf: weights).shape
      }
      if let heldOut { result.heldOut = heldOut }
      if let epochs { result.duration = .epochs(epochs) }
      if let steps { result.duration = .steps(steps) }
      if let batchSize { result.batchSize = batchSize }
      rates.set(optimizer, in: &result)
      if let clip { result.clip = clip }
      if let seed { result.seed = seed }
    }
  }

  func run() throws {
    #if DEBUG
      StandardError.write(
        "warning: this is a debug build, which trains slowly; "
          + "'swift run -c release backprop text train' is many times as fast")
    #endif
    threads.apply()
    let configuration = try textConfiguration()
    if try folder.isFinished(configuration, json: json) { return }
    let task = try TextContinuation(configuration)
    let training = try ConfiguredTraining(configuration, task)
    try folder.carryOut(training, by: "backprop text train", json: json) { folder in
      if json { return TextTrainingJSON(task.writer, folder) }
      return TextTrainingText(task.writer, folder)
    }
  }
}
