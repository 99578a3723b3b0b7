import ArgumentParser
import Backprop

/// `backprop generate`
struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write with a pretrained language model.",
    discussion: """
      The model is a folder as it lies on a model hub: config.json, tokenizer.json and the weights as \
      safetensors. Of language models GPT-2, Llama, Mistral, Qwen 2 and 3, Phi 3 and 4 and Gemma are \
      known. Or it is a GGUF file of Llama's, with its tokenizer in it. With --quantize the weights of \
      linear layers are rounded to whole numbers of 8 or 4 bits, for less memory and faster writing. The \
      text appears as it is written, after the prompt, and ends with the token that the model ends texts \
      with, at a --stop, or after --tokens.

      Each token is drawn from the model's probabilities: a temperature below 1 makes the likely ones \
      likelier, and 0 takes the likeliest; --top-k and --top-p leave the unlikely ones out, and \
      --repetition-penalty makes those less likely that the text has already. What is not said is as \
      the folder's generation_config.json recommends. The same seed writes the same.

      EXAMPLES:
        backprop generate --model SmolLM2-135M "Once upon a time"
        backprop generate --model gpt2 "The capital of France is" --temperature 0 --tokens 20
        backprop generate --model SmolLM2-135M --quantize int8 "Once upon a time"
        backprop generate --model gpt2 "Q: What is a bird?\\nA:" --stop "\\nQ:" --seed 3 --json
      """)

  @Option(help: ArgumentHelp("The folder of the model, or a GGUF file.", valueName: "DIR"))
  var model: String
  @Argument(help: ArgumentHelp("What stands before.", valueName: "prompt"))
  var prompt: String
  @Option(help: ArgumentHelp("How many tokens to write at most.", valueName: "N"))
  var tokens = 256
  @Option(
    help: ArgumentHelp(
      "How even the probabilities become. (default: as the folder says, or else 1)",
      valueName: "T"))
  var temperature: Double?
  @OptionGroup var likeliest: LikeliestOptions
  @Option(
    help: ArgumentHelp(
      "By what the scores of tokens are made less that the text has; 1 leaves them.",
      valueName: "R"))
  var repetitionPenalty: Double?
  @Option(
    help: ArgumentHelp(
      "A text at which to stop; it is not shown. May be said several times.", valueName: "TEXT"))
  var stop: [String] = []
  @Option(help: ArgumentHelp("What all random numbers start from.", valueName: "N"))
  var seed: UInt64 = 0
  @OptionGroup var quantization: QuantizationOption
  @OptionGroup var threads: ThreadsOption
  @Flag(help: "Write a line of JSON to standard output, and nothing else.")
  var json = false

  func validate() throws {
    if tokens < 0 {
      throw ValidationError("the option --tokens is \(tokens), expected 0 or more")
    }
    if let temperature, !(temperature.isFinite && temperature >= 0) {
      throw ValidationError("the option --temperature is \(temperature), expected 0 or more")
    }
    if let repetitionPenalty, !(repetitionPenalty.isFinite && repetitionPenalty > 0) {
      throw ValidationError(
        "the option --repetition-penalty is \(repetitionPenalty), expected more than 0")
    }
    if stop.contains("") {
      throw ValidationError("an option --stop is empty, expected a character at least")
    }
  }

  func run() async throws {
    threads.apply()
    Interruption.watch()
    let generator = try TextGenerator(contentsOf: model, quantizedAs: quantization.format)
    try generator.model.requireFiniteWeights(file: model)
    let usual = generator.sampling
    let sampling = TokenSampling(
      temperature: temperature ?? usual.temperature, topK: likeliest.topK ?? usual.topK,
      topP: likeliest.topP ?? usual.topP,
      repetitionPenalty: repetitionPenalty ?? usual.repetitionPenalty)
    let text = try generator.generate(
      prompt, tokens: tokens, by: sampling, stoppingAt: stop, seed: seed)
    if !json { StandardOutput.put(prompt) }
    var written: (ids: [JSONValue], text: String, end: String) = ([], "", "token_limit")
    for try await token in text {
      if json {
        written.ids.append(.integer(Int(token.id)))
        written.text += token.text
        if let end = token.end { written.end = end.name }
      } else {
        StandardOutput.put(token.text)
      }
      if Interruption.isRequested {
        written.end = "interrupted"
        break
      }
      if StandardOutput.hasFailed { return }
    }
    StandardOutput.write(
      json
        ? JSONValue.object([
          ("event", "generate"), ("prompt", .string(prompt)), ("text", .string(written.text)),
          ("tokens", .array(written.ids)), ("end", .string(written.end)),
        ]).description : "")
    if Interruption.isRequested { throw ExitStatus.interrupted }
  }
}

extension GeneratedText.End {
  /// What it is called in a line of JSON.
  fileprivate var name: String {
    switch self {
    case .endOfText: "end_of_text"
    case .tokenLimit: "token_limit"
    case .stopText: "stop_text"
    case .contextFull: "context_full"
    }
  }
}
