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
  _ json: JSONDocument?, at place: String = "pre_tokenizer"
) throws(TokenizerError) -> (any PreTokenizer)? {
  guard let json, json != .null else { return nil }
  let component = try ComponentJSON(json, at: place)
  if let preTokenizer = preTokenizersWithoutSettings[component.type] {
    try component.expectOnly()
    return preTokenizer
  }
  switch component.type {
  case "ByteLevel":
    try component.expectOnly("add_prefix_space", "trim_offsets", "use_regex")
    return ByteLevelPreTokenizer(
      addsPrefixSpace: try component.bool("add_prefix_space"),
      splits: try component.bool("use_regex", standard: true))
  case "Metaspace": return try MetaspacePreTokenizer(component)
  case "Split":
    try component.expectOnly("pattern", "behavior", "invert")
    return SplitPreTokenizer(
      pattern: try Pattern(component), behavior: try SplitBehavior(component),
      isInverted: try component.bool("invert"))
  case "Punctuation":
    try component.expectOnly("behavior")
    return PunctuationPreTokenizer(
      behavior: try SplitBehavior(component, standard: .isolated))
  case "Digits":
    try component.expectOnly("individual_digits")
    return DigitPreTokenizer(individual: try component.bool("individual_digits"))
  case "CharDelimiterSplit":
    try component.expectOnly("delimiter")
    return DelimiterPreTokenizer(delimiter: try component.codePoint("delimiter"))
  case "FixedLength": return try FixedLengthPreTokenizer(component)
  case "Sequence":
    try component.expectOnly("pretokenizers")
    return PreTokenizerSequence(parts: try component.parts("pretokenizers", makePreTokenizer))
  default: throw component.unknown("the pre-tokenizer")
  }
}

private let preTokenizersWithoutSettings: [String: any PreTokenizer] = [
  "BertPreTokenizer": BERTPreTokenizer(), "Whitespace": WordPreTokenizer(),
  "WhitespaceSplit": WhitespacePreTokenizer(), "UnicodeScripts": ScriptPreTokenizer(),
]

/// One pre-tokenizer after another.
struct PreTokenizerSequence: PreTokenizer {
  let parts: [any PreTokenizer]

  func preTokenize(_ text: inout PreTokenizedText) {
    for part in parts { part.preTokenize(&text) }
  }

  /// Where one that needs them is not the first, the ones before may have changed the text.
  var needsOrigins: Bool { parts.contains { $0.needsOrigins } }
}
