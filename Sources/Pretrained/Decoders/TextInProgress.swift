import BackpropNeuralNetworks
import BackpropText

/// How texts are written: by what, and when they end.
struct GenerationSettings: Sendable {
  let model: any LanguageModel
  let decode: @Sendable ([Int32]) -> String
  let endOfTextIDs: Set<Int32>
  let limit: Int
  let sampling: TokenSampling
  let stopTexts: [String]
  let seed: UInt64
}

/// A text to which tokens come: what each adds to it, and with which it ends.
struct TextInProgress {
  private let settings: GenerationSettings
  private let promptCount: Int
  private var text: TokenText
  private var stops: StopTexts
  private var count = 0
  /// Whether no token comes any more.
  private(set) var hasEnded: Bool

  init(_ settings: GenerationSettings, after prompt: [Int32]) {
    self.settings = settings
    promptCount = prompt.count
    text = TokenText(after: prompt, decode: settings.decode)
    stops = StopTexts(settings.stopTexts)
    hasEnded = settings.limit == 0
  }

  /// Takes the next token.
  mutating func append(_ id: Int32) -> GeneratedText.Token {
    count += 1
    if settings.endOfTextIDs.contains(id) { return last(id, "", .endOfText) }
    let (shown, stop) = stops.append(text.append(id))
    if let stop {
      hasEnded = true
      return GeneratedText.Token(id: id, text: shown, end: .stopText(stop))
    }
    if count == settings.limit { return last(id, shown, .tokenLimit) }
    // The token is not read yet: the model needs room for it.
    if let context = settings.model.contextLength, promptCount + count > context {
      return last(id, shown, .contextFull)
    }
    return GeneratedText.Token(id: id, text: shown, end: nil)
  }

  /// The last token, with what was kept back.
  private mutating func last(
    _ id: Int32, _ shown: String, _ end: GeneratedText.End
  ) -> GeneratedText.Token {
    hasEnded = true
    let (rest, stop) = stops.append(text.finish())
    if let stop {
      return GeneratedText.Token(id: id, text: shown + rest, end: .stopText(stop))
    }
    return GeneratedText.Token(id: id, text: shown + rest + stops.finish(), end: end)
  }
}
