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
  switch component.type {
  case "BertPreTokenizer": return BERTPreTokenizer()
  case "ByteLevel":
    return ByteLevelPreTokenizer(
      addsPrefixSpace: try component.bool("add_prefix_space"),
      splits: try component.bool("use_regex", standard: true))
  case "Whitespace": return WordPreTokenizer()
  case "WhitespaceSplit": return WhitespacePreTokenizer()
  case "Metaspace": return try MetaspacePreTokenizer(component)
  case "Split":
    return SplitPreTokenizer(
      pattern: try Pattern(component), behavior: try SplitBehavior(component),
      isInverted: try component.bool("invert"))
  case "Punctuation":
    return PunctuationPreTokenizer(
      behavior: try SplitBehavior(component, standard: .isolated))
  case "Digits": return DigitPreTokenizer(individual: try component.bool("individual_digits"))
  case "CharDelimiterSplit":
    return DelimiterPreTokenizer(delimiter: try component.codePoint("delimiter"))
  case "UnicodeScripts": return ScriptPreTokenizer()
  case "FixedLength": return try FixedLengthPreTokenizer(component)
  case "Sequence":
    var parts: [any PreTokenizer] = []
    for (index, part) in try component.list("pretokenizers").enumerated() {
      if let part = try makePreTokenizer(part, at: "\(place).pretokenizers[\(index)]") {
        parts.append(part)
      }
    }
    return PreTokenizerSequence(parts: parts)
  default: throw component.unknown("the pre-tokenizer")
  }
}

/// One pre-tokenizer after another.
struct PreTokenizerSequence: PreTokenizer {
  let parts: [any PreTokenizer]

  func preTokenize(_ text: inout PreTokenizedText) {
    for part in parts { part.preTokenize(&text) }
  }

  /// Where one that needs them is not the first, the ones before may have changed the text.
  var needsOrigins: Bool { parts.contains { $0.needsOrigins } }
}
