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

  let settings: GenerationSettings
  let prompt: [Int32]

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(settings, prompt) }

  /// Writes the text.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private var tokens: any IteratorProtocol<Int32>
    private var text: TextInProgress

    fileprivate init(_ settings: GenerationSettings, _ prompt: [Int32]) {
      func written(_ model: some LanguageModel) -> any IteratorProtocol<Int32> {
        var random = RandomSource(seed: settings.seed)
        return model.tokens(after: prompt, by: settings.sampling, using: &random)
      }
      tokens = written(settings.model)
      text = TextInProgress(settings, after: prompt)
    }

    /// The next token; `nil` behind the last.
    ///
    /// - Throws: `CancellationError`.
    public mutating func next() async throws -> Token? {
      try Task.checkCancellation()
      return step()
    }

    private mutating func step() -> Token? {
      guard !text.hasEnded, let id = tokens.next() else { return nil }
      return text.append(id)
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
