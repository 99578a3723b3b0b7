import BackpropArrays
import BackpropNeuralNetworks
import BackpropText

/// Texts that a ``TextGenerator`` writes side by side, a token of each in turn.
///
/// ```swift
/// for try await (text, token) in try generator.generate(["Once", "The end"]) {
///   written[text] += token.text
/// }
/// let texts = try await generator.generate(["Once", "The end"]).texts()
/// ```
///
/// A step of the model reads its weights once for all texts, which takes little longer than for one. Each
/// text is the one that its prompt gives alone with the same seed, whatever is written beside it: of models
/// whose weights lie as in files, of up to eight texts, and of weights in blocks, to the bit; else as far as
/// rounding does not decide between two tokens. Texts end one by one. A model that is no
/// `CausalTransformer` writes one text after the other.
///
/// Each loop over it writes the same texts from the beginning.
public struct GeneratedTexts: AsyncSequence, Sendable {
  /// A token, and of which prompt's text it is: the place among the prompts.
  public typealias Element = (text: Int, token: GeneratedText.Token)

  let settings: GenerationSettings
  let prompts: [[Int32]]

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(settings, prompts) }

  /// Writes the texts.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private var source: any TokenSource
    private var texts: [TextInProgress]
    /// What was written and not asked for yet, the next one last.
    private var pending: [Element] = []

    fileprivate init(_ settings: GenerationSettings, _ prompts: [[Int32]]) {
      func sideBySide(_ model: some CausalTransformer) -> any TokenSource {
        StepsOfMany(model, settings, prompts)
      }
      func inTurn(_ model: some LanguageModel) -> any TokenSource {
        OneAfterTheOther(model, settings, prompts)
      }
      texts = prompts.map { TextInProgress(settings, after: $0) }
      source =
        (settings.model as? any CausalTransformer).map { sideBySide($0) }
        ?? inTurn(settings.model)
    }

    /// The next token of a text; `nil` behind the last of all.
    ///
    /// - Throws: `CancellationError`.
    public mutating func next() async throws -> Element? {
      try Task.checkCancellation()
      return step()
    }

    private mutating func step() -> Element? {
      if pending.isEmpty {
        let ended = Set(texts.indices.filter { texts[$0].hasEnded })
        if ended.count == texts.count { return nil }
        for (text, token) in source.next(without: ended).reversed() {
          pending.append((text, texts[text].append(token)))
        }
      }
      return pending.popLast()
    }
  }

  /// The whole texts, in the order of the prompts.
  ///
  /// - Throws: `CancellationError`.
  public func texts() async throws -> [String] {
    var texts = prompts.map { _ in "" }
    for try await (text, token) in self { texts[text] += token.text }
    return texts
  }
}

/// Gives the next tokens of texts.
private protocol TokenSource {
  /// A token of some texts, at least of one that has not ended.
  mutating func next(without ended: Set<Int>) -> [(text: Int, token: Int32)]
}

/// A step for all texts.
private struct StepsOfMany<Model: CausalTransformer>: TokenSource {
  private let start: () -> TokensSideBySide<Model>
  private var tokens: TokensSideBySide<Model>?

  init(_ model: Model, _ settings: GenerationSettings, _ prompts: [[Int32]]) {
    start = {
      TokensSideBySide(
        model, after: prompts, by: settings.sampling, random: RandomSource(seed: settings.seed))
    }
  }

  mutating func next(without ended: Set<Int>) -> [(text: Int, token: Int32)] {
    // Moved, so that what is kept is written in place.
    guard var tokens = tokens.take() else {
      let first = start()
      tokens = first
      return first.tokens
    }
    tokens.end(ended)
    tokens.advance()
    defer { self.tokens = tokens }
    return tokens.tokens
  }
}

/// One text after the other.
private struct OneAfterTheOther<Model: LanguageModel>: TokenSource {
  private var writers: [WrittenTokens<Model>]

  init(_ model: Model, _ settings: GenerationSettings, _ prompts: [[Int32]]) {
    writers = prompts.map {
      var random = RandomSource(seed: settings.seed)
      return model.tokens(after: $0, by: settings.sampling, using: &random)
    }
  }

  mutating func next(without ended: Set<Int>) -> [(text: Int, token: Int32)] {
    let text = writers.indices.first { !ended.contains($0) }!
    return [(text, writers[text].next()!)]
  }
}
