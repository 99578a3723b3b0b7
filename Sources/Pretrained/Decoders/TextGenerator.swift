import BackpropArrays
import BackpropFiles
import BackpropNeuralNetworks
import BackpropText
import BackpropTokenizers

/// Writes texts with a pretrained language model: its folder, as it lies on a model hub, is all that
/// is needed.
///
/// ```swift
/// let generator = try TextGenerator(contentsOf: "SmolLM2-135M")
/// for try await token in try generator.generate("The capital of France is", tokens: 50) {
///   print(token.text, terminator: "")
/// }
/// ```
///
/// The prompt is read in one pass, and each token that follows in one step, which reads every weight
/// once. The same seed writes the same text, on any number of threads. Many tasks may write with one
/// generator at a time.
///
/// What the model can look back on (``contextLength``) is never exceeded: a prompt that is longer is an
/// error, and a text ends where it is reached.
public final class TextGenerator: Sendable {
  /// The model.
  public let model: any LanguageModel
  /// What makes tokens of texts.
  public let tokenizer: Tokenizer
  /// The tokens that end a text: by `generation_config.json`, or else `config.json`.
  public let endOfTextIDs: Set<Int32>
  /// The token that stands before a text; for a prompt of no tokens.
  public let beginningID: Int32?
  /// How the next token is drawn where nothing else is said: as `generation_config.json` recommends, or
  /// from the model's probabilities as they are.
  public let sampling: TokenSampling
  /// What errors call the model.
  private let path: String

  /// The model of a folder, of one of the kinds of ``ModelFolder/languageModel(quantizedAs:)``; or of a
  /// GGUF file of Llama's, with its tokenizer (of the kinds `llama` and `gpt2`) in it, or as a
  /// `tokenizer.json` beside it.
  ///
  /// - Parameters:
  ///   - path: the folder or the file.
  ///   - format: how the weights of linear layers are rounded; `nil` for those of the file.
  /// - Throws: `FileError`, `WeightFileError`, `TokenizerError`, or `PretrainedError` that says what is
  ///   not there or does not fit.
  public convenience init(
    contentsOf path: String, quantizedAs format: QuantizedFormat? = nil
  ) throws {
    if File.exists(path), !File.isFolder(path) {
      try self.init(gguf: path, quantizedAs: format)
    } else {
      try self.init(ModelFolder(path), quantizedAs: format)
    }
  }

  /// The model of a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - format: how the weights of linear layers are rounded; `nil` for `float32`.
  /// - Throws: as ``init(contentsOf:quantizedAs:)``.
  public convenience init(
    _ folder: ModelFolder, quantizedAs format: QuantizedFormat? = nil
  ) throws {
    let defaults = try GenerationDefaults(folder)
    let model = try folder.languageModel(quantizedAs: format)
    let tokenizer = try TextGenerator.promptTokenizer(
      folder.tokenizer(), for: model, path: folder.path)
    self.init(
      model, tokenizer, endOfTextIDs: defaults.endOfTextIDs, beginningID: defaults.beginningID,
      sampling: defaults.sampling, path: folder.path)
  }

  /// A model and a tokenizer.
  ///
  /// - Parameters:
  ///   - model: a model whose tokens are those of the tokenizer.
  ///   - tokenizer: what makes tokens of texts.
  ///   - endOfTextIDs: the tokens that end a text.
  ///   - beginningID: the token that stands before a text.
  ///   - sampling: how the next token is drawn where nothing else is said.
  ///   - path: what errors call the model.
  public init(
    _ model: any LanguageModel, _ tokenizer: Tokenizer, endOfTextIDs: Set<Int32> = [],
    beginningID: Int32? = nil, sampling: TokenSampling = TokenSampling(), path: String = "model"
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.endOfTextIDs = endOfTextIDs
    self.beginningID = beginningID
    self.sampling = sampling
    self.path = path
  }

  /// A tokenizer for the prompts of a model.
  ///
  /// - Parameters:
  ///   - tokenizer: the tokenizer.
  ///   - model: the model, which must have a vector for each of its tokens.
  ///   - path: what errors call the model.
  /// - Throws: `PretrainedError` if there are too few vectors.
  static func promptTokenizer(
    _ tokenizer: Tokenizer, for model: any LanguageModel, path: String
  ) throws(PretrainedError) -> Tokenizer {
    var tokenizer = tokenizer
    // Made for batches of texts: a prompt is neither filled up nor cut.
    (tokenizer.padding, tokenizer.truncation) = (nil, nil)
    guard tokenizer.vocabularySize <= model.vocabularySize else {
      throw PretrainedError(
        .doesNotFit(
          "the tokenizer has \(tokenizer.vocabularySize) tokens and the model vectors for "
            + "\(model.vocabularySize)"), path: path)
    }
    return tokenizer
  }

  /// How many tokens prompt and text may have together; `nil` where there is no limit.
  public var contextLength: Int? { model.contextLength }

  /// What the model writes after a prompt.
  ///
  /// Nothing is computed before the first token is asked for.
  ///
  /// - Parameters:
  ///   - prompt: what stands before.
  ///   - limit: how many tokens to write at most.
  ///   - sampling: how the next token is drawn; `nil` for ``sampling``.
  ///   - stopTexts: texts at which to stop, which are not given.
  ///   - seed: what decides.
  /// - Throws: `PretrainedError` if the prompt has no tokens, or more than the model can look back on.
  public func generate(
    _ prompt: String, tokens limit: Int = 256, by sampling: TokenSampling? = nil,
    stoppingAt stopTexts: [String] = [], seed: UInt64 = 0
  ) throws -> GeneratedText {
    try generate(
      after: ids(of: prompt), tokens: limit, by: sampling, stoppingAt: stopTexts, seed: seed)
  }

  /// What the model writes after each of some prompts, side by side: each text as if it were written
  /// alone with this seed, in little more time than one takes.
  ///
  /// - Parameters:
  ///   - prompts: what stands before each text.
  ///   - limit: how many tokens of each to write at most.
  ///   - sampling: how the next token is drawn; `nil` for ``sampling``.
  ///   - stopTexts: texts at which to stop, which are not given.
  ///   - seed: what decides.
  /// - Throws: `PretrainedError` if a prompt has no tokens, or more than the model can look back on.
  public func generate(
    _ prompts: [String], tokens limit: Int = 256, by sampling: TokenSampling? = nil,
    stoppingAt stopTexts: [String] = [], seed: UInt64 = 0
  ) throws -> GeneratedTexts {
    let prompts = prompts.map { ids(of: $0) }
    for prompt in prompts { try check(prompt) }
    return GeneratedTexts(settings: settings(limit, sampling, stopTexts, seed), prompts: prompts)
  }

  /// What the model writes after some tokens.
  ///
  /// - Parameters:
  ///   - prompt: the tokens that stand before, at least one.
  ///   - limit: how many tokens to write at most. Traps if it is negative.
  ///   - sampling: how the next token is drawn; `nil` for ``sampling``.
  ///   - stopTexts: texts at which to stop, which are not given.
  ///   - seed: what decides.
  /// - Throws: `PretrainedError` if there are no tokens, more than the model can look back on, or some
  ///   that it does not know.
  public func generate(
    after prompt: [Int32], tokens limit: Int = 256, by sampling: TokenSampling? = nil,
    stoppingAt stopTexts: [String] = [], seed: UInt64 = 0
  ) throws -> GeneratedText {
    try check(prompt)
    return GeneratedText(settings: settings(limit, sampling, stopTexts, seed), prompt: prompt)
  }

  /// The tokens of a prompt: of one without any, that which stands before a text.
  private func ids(of prompt: String) -> [Int32] {
    let ids = tokenizer.ids(of: prompt)
    return ids.isEmpty ? beginningID.map { [$0] } ?? [] : ids
  }

  private func settings(
    _ limit: Int, _ sampling: TokenSampling?, _ stopTexts: [String], _ seed: UInt64
  ) -> GenerationSettings {
    guard limit >= 0 else { fatalError("TextGenerator: \(limit) tokens are to be written") }
    return GenerationSettings(
      model: model, decode: { [tokenizer] in tokenizer.decode($0) }, endOfTextIDs: endOfTextIDs,
      limit: limit, sampling: sampling ?? self.sampling, stopTexts: stopTexts, seed: seed)
  }

  /// Refuses a prompt that the model cannot go on with.
  private func check(_ prompt: [Int32]) throws(PretrainedError) {
    func fail(_ problem: String) -> PretrainedError {
      PretrainedError(.doesNotFit(problem), path: path)
    }
    guard !prompt.isEmpty else {
      throw fail("the prompt has no tokens, and no token is known that stands before a text")
    }
    if let context = contextLength, prompt.count > context {
      throw fail(
        "the prompt has \(prompt.count) tokens, and the model can look back on \(context)")
    }
    let size = model.vocabularySize
    if let wrong = prompt.first(where: { !(0..<size).contains(Int($0)) }) {
      throw fail("the prompt has the token \(wrong), and the model knows 0..<\(size)")
    }
  }
}
