import BackpropArrays
import BackpropNeuralNetworks
import BackpropText

/// A text that a ``TextGenerator`` writes, token by token, as it is asked for the next.
///
/// ```swift
/// for try await token in try generator.generate("Once upon a time") {
///   print(token.text, terminator: "")
/// }
/// let text = try await generator.generate("Once upon a time").text()
/// ```
///
/// Each loop over it writes the same text from the beginning. A task that is cancelled gets
/// `CancellationError` in the place of the next token.
public struct GeneratedText: AsyncSequence, Sendable {
  /// A token and what it adds to the text.
  public struct Token: Sendable, Hashable {
    /// The token.
    public let id: Int32
    /// The text that is sure with it, from what came before too: nothing while a character is not whole,
    /// or as long as it may be the beginning of a text at which to stop. The texts of all tokens, one
    /// behind the other, are the text.
    public let text: String
    /// Why the text ends with this token; `nil` for all but the last.
    public let end: End?
  }

  /// Why a text ended.
  public enum End: Sendable, Hashable {
    /// The model wrote the token that ends a text.
    case endOfText
    /// As many tokens were written as were asked for.
    case tokenLimit
    /// A text was written at which to stop; it is not part of what was given.
    case stopText(String)
    /// The model can look back on no more tokens.
    case contextFull
  }

  let model: any LanguageModel
  let decode: @Sendable ([Int32]) -> String
  let endOfTextIDs: Set<Int32>
  let prompt: [Int32]
  let limit: Int
  let sampling: TokenSampling
  let stopTexts: [String]
  let seed: UInt64

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

  /// Writes the text.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let settings: GeneratedText
    private var tokens: any IteratorProtocol<Int32>
    private var text: TokenText
    private var stops: StopTexts
    private var count = 0
    private var hasEnded: Bool

    fileprivate init(_ settings: GeneratedText) {
      func written(_ model: some LanguageModel) -> any IteratorProtocol<Int32> {
        var random = RandomSource(seed: settings.seed)
        return model.tokens(after: settings.prompt, by: settings.sampling, using: &random)
      }
      self.settings = settings
      tokens = written(settings.model)
      text = TokenText(after: settings.prompt, decode: settings.decode)
      stops = StopTexts(settings.stopTexts)
      hasEnded = settings.limit == 0
    }

    /// The next token; `nil` behind the last.
    ///
    /// - Throws: `CancellationError`.
    public mutating func next() async throws -> Token? {
      try Task.checkCancellation()
      return step()
    }

    private mutating func step() -> Token? {
      guard !hasEnded, let id = tokens.next() else { return nil }
      count += 1
      if settings.endOfTextIDs.contains(id) { return last(id, "", .endOfText) }
      let (shown, stop) = stops.append(text.append(id))
      if let stop {
        hasEnded = true
        return Token(id: id, text: shown, end: .stopText(stop))
      }
      if count == settings.limit { return last(id, shown, .tokenLimit) }
      // The token is not read yet: the model needs room for it.
      if let context = settings.model.contextLength, settings.prompt.count + count > context {
        return last(id, shown, .contextFull)
      }
      return Token(id: id, text: shown, end: nil)
    }

    /// The last token, with what was kept back.
    private mutating func last(_ id: Int32, _ shown: String, _ end: End) -> Token {
      hasEnded = true
      let (rest, stop) = stops.append(text.finish())
      if let stop { return Token(id: id, text: shown + rest, end: .stopText(stop)) }
      return Token(id: id, text: shown + rest + stops.finish(), end: end)
    }
  }

  /// The whole text.
  ///
  /// - Throws: `CancellationError`.
  public func text() async throws -> String {
    var text = ""
    for try await token in self { text += token.text }
    return text
  }
}
