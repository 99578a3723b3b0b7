import Backprop
import BackpropFiles

/// Tokens written one after the other, with the keys and values of those before kept.
struct Decode: BenchmarkWork {
  /// Whose form the network has.
  enum Form: String {
    /// Grouped heads, rotary positions, a gated feed-forward part, an output of its own.
    case llama
    /// The table of tokens gives the scores.
    case gpt2
  }

  let form: Form
  let format: QuantizedFormat?

  static let usual = [
    Decode(form: .llama, format: nil), Decode(form: .llama, format: .eightBit),
    Decode(form: .llama, format: .fourBit), Decode(form: .gpt2, format: nil),
  ]

  static let (vocabulary, width, layers, heads, keyValueHeads) = (32_000, 512, 8, 8, 4)
  /// The numbers of a token within Llama's feed-forward part.
  static let feedForward = 1408
  /// How many tokens are read before, and how many are written.
  static let (read, written) = (128, 32)

  var name: String { "decode-\(form.rawValue)\(suffix)" }

  private var suffix: String {
    switch format {
    case nil: ""
    case .eightBit: "-int8"
    case .fourBit: "-int4"
    }
  }

  var summary: String {
    let model = form == .llama ? "Llama" : "GPT-2"
    let bits = format.map { ", weights of \($0 == .eightBit ? 8 : 4) bits" } ?? ""
    return "tokens written by \(model)'s form, \(Self.layers) layers of \(Self.width), behind "
      + "\(Self.read)" + bits
  }

  func measure() throws -> Measurement {
    let model = try TemporaryFolder.with { folder in
      try write(to: folder)
      return try ModelFolder(folder).languageModel(quantizedAs: format)
    }
    return measure(model)
  }

  /// Writes the model with random weights into a folder, as on a model hub.
  func write(to folder: String) throws {
    var random = RandomSource(seed: 0)
    let weights = folder + "/model.safetensors"
    switch form {
    case .llama:
      let settings = LlamaSettings(
        vocabularySize: Self.vocabulary, width: Self.width, layers: Self.layers,
        heads: Self.heads, keyValueHeads: Self.keyValueHeads, feedForward: Self.feedForward)
      try Llama(settings, using: &random).save(to: weights)
    case .gpt2:
      let model = GPT(
        vocabularySize: Self.vocabulary, contextLength: 1024, width: Self.width,
        layers: Self.layers, heads: Self.heads, using: &random)
      try Self.turned(model.stateDictionary).write(to: weights)
    }
    try AtomicFile.write(Array(configuration.utf8), to: folder + "/config.json")
  }

  /// Weights as in files of GPT-2, where those of linear layers are of shape (inputs, outputs).
  private static func turned(_ state: StateDictionary) -> StateDictionary {
    var result = StateDictionary()
    for entry in state.entries {
      let isLinear = entry.name.contains(".c_") && entry.name.hasSuffix(".weight")
      result.set(entry.name, isLinear ? Tensor(entry.array).transposed().array : entry.array)
    }
    return result
  }

  private var configuration: String {
    switch form {
    case .llama:
      """
      {"model_type": "llama", "vocab_size": \(Self.vocabulary), "hidden_size": \(Self.width),
       "num_hidden_layers": \(Self.layers), "num_attention_heads": \(Self.heads),
       "num_key_value_heads": \(Self.keyValueHeads), "intermediate_size": \(Self.feedForward),
       "max_position_embeddings": 2048, "tie_word_embeddings": false}
      """
    case .gpt2:
      """
      {"model_type": "gpt2", "vocab_size": \(Self.vocabulary), "n_embd": \(Self.width),
       "n_layer": \(Self.layers), "n_head": \(Self.heads), "n_positions": 1024}
      """
    }
  }

  private func measure<M: LanguageModel>(_ model: M) -> Measurement {
    var random = RandomSource(seed: 0)
    let text = (0..<Self.read).map { _ in Int.random(in: 0..<Self.vocabulary, using: &random) }
    return withoutGradient {
      var start: M.Memory? = nil
      let first = Self.next(model, Tensor(text).expandingDimension(at: 0), &start)
      let seconds = Stopwatch().secondsPerCall {
        var (memory, token) = (start, first)
        for _ in 0..<Self.written { token = Self.next(model, token, &memory) }
      }
      return measurement("tokens/s", seconds.map { Double(Self.written) / $0 })
    }
  }

  /// The likeliest token after others: of shape (1, 1), as those are of (1, length).
  private static func next<Model: LanguageModel>(
    _ model: Model, _ tokens: Tensor, _ memory: inout Model.Memory?
  ) -> Tensor {
    model.nextScores(after: tokens, continuing: &memory, .inference).argmax(axis: 1)
      .expandingDimension(at: 1)
  }
}
