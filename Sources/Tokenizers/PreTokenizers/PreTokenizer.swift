import BackpropFiles

/// Cuts a text into pieces.
protocol PreTokenizer: Sendable {
  /// Cuts each piece.
  func preTokenize(_ text: inout PreTokenizedText)

  /// Whether it must know where in the original a piece begins, so that origins are kept, where a
  /// normalizer changes the text, though only ids are wanted.
  var needsOrigins: Bool { get }
}

extension PreTokenizer {
  var needsOrigins: Bool { false }
}

/// Makes what `pre_tokenizer` in a `tokenizer.json` describes.
///
/// - Parameters:
///   - json: the description.
///   - place: where in the file it is, for errors.
/// - Returns: `nil` for `null`.
/// - Throws: `TokenizerError`.
func makePreTokenizer(
  _ json: JSONDocument, at place: String = "pre_tokenizer"
) throws(TokenizerError) -> (any PreTokenizer)? {
  if case .null = json { return nil }
  let component = try ComponentJSON(json, at: place)
  throw component.unknown("the pre-tokenizer")
}
