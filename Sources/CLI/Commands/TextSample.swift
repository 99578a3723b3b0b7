import ArgumentParser
import Backprop

/// `backprop text sample`
struct TextSample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Write with weights that 'backprop text train' saved.",
    discussion: """
      The characters appear as they are written, after the prompt. Each is drawn from the model's \
      probabilities: a temperature below 1 makes the likely ones likelier, and 0 takes the \
      likeliest; --top-k and --top-p leave the unlikely ones out. The same seed writes the same.

      EXAMPLES:
        backprop text sample --weights runs/stories/model.safetensors
        backprop text sample --weights model.safetensors --prompt "There was" --length 500
        backprop text sample --weights model.safetensors --temperature 0.7 --top-k 10 --seed 3
      """)

  @Option(help: ArgumentHelp("The file of weights.", valueName: "FILE"))
  var weights: String
  @Option(
    help: ArgumentHelp("What stands before. (default: the end of a line)", valueName: "TEXT"))
  var prompt: String?
  @Option(help: ArgumentHelp("How many characters to write.", valueName: "N"))
  var length = 400
  @Option(help: ArgumentHelp("How even the probabilities become.", valueName: "R"))
  var temperature = 1.0
  @OptionGroup var likeliest: LikeliestOptions
  @Option(help: ArgumentHelp("What all random numbers start from.", valueName: "N"))
  var seed: UInt64 = 0
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if length < 0 {
      throw ValidationError("the option --length is \(length), expected 0 or more")
    }
    if !(temperature.isFinite && temperature >= 0) {
      throw ValidationError("the option --temperature is \(temperature), expected 0 or more")
    }
    if prompt == "" {
      throw ValidationError("the option --prompt is empty, expected a character at least")
    }
  }

  func run() throws {
    threads.apply()
    let writer = try TextModel(contentsOf: weights)
    try writer.model.requireFiniteWeights(file: weights)
    let beginning = try prompt.map(writer.vocabulary.encode) ?? writer.start
    let sampling = TokenSampling(
      temperature: temperature, topK: likeliest.topK, topP: likeliest.topP)
    var random = RandomSource(seed: seed)
    func write(_ model: some LanguageModel) {
      let tokens = model.tokens(after: beginning, by: sampling, using: &random).prefix(length)
      if json {
        let line = JSONValue.object([
          ("event", "sample"), ("prompt", .string(prompt ?? "\n")),
          ("text", .string(writer.vocabulary.decode(tokens))),
        ])
        StandardOutput.write(line.description)
        return
      }
      StandardOutput.put(prompt ?? "")
      for token in tokens {
        if StandardOutput.hasFailed { return }
        StandardOutput.put(writer.vocabulary.decode([token]))
      }
      StandardOutput.write("")
    }
    write(writer.model)
  }
}
