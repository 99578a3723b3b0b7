import BackpropFiles

/// Changes a text before it is cut: lower case, other forms of the same characters, no accents.
protocol Normalizer: Sendable {
  /// Changes the text.
  func normalize(_ text: inout NormalizedText)
}

/// Makes what `normalizer` in a `tokenizer.json` describes.
///
/// - Parameters:
///   - json: the description.
///   - place: where in the file it is, for errors.
/// - Returns: `nil` for `null`.
/// - Throws: `TokenizerError`.
func makeNormalizer(
  _ json: JSONDocument, at place: String = "normalizer"
) throws(TokenizerError) -> (any Normalizer)? {
  if case .null = json { return nil }
  let component = try ComponentJSON(json, at: place)
  throw component.unknown("the normalizer")
}
