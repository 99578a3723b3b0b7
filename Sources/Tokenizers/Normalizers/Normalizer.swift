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
  _ json: JSONDocument?, at place: String = "normalizer"
) throws(TokenizerError) -> (any Normalizer)? {
  guard let json, json != .null else { return nil }
  let component = try ComponentJSON(json, at: place)
  if let normalizer = normalizersWithoutSettings[component.type] {
    try component.expectOnly()
    return normalizer
  }
  switch component.type {
  case "BertNormalizer":
    try component.expectOnly("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    let lowercases = try component.bool("lowercase")
    return BERTNormalizer(
      cleansText: try component.bool("clean_text"),
      separatesChinese: try component.bool("handle_chinese_chars"),
      stripsAccents: try component.bool("strip_accents", standard: lowercases),
      lowercases: lowercases)
  case "Strip":
    try component.expectOnly("strip_left", "strip_right")
    return StripNormalizer(
      left: try component.bool("strip_left"), right: try component.bool("strip_right"))
  case "Replace":
    try component.expectOnly("pattern", "content")
    return ReplaceNormalizer(
      pattern: try Pattern(component), content: Array(try component.string("content").utf8))
  case "Prepend":
    try component.expectOnly("prepend")
    return PrependNormalizer(text: Array(try component.string("prepend").utf8))
  case "Precompiled":
    try component.expectOnly("precompiled_charsmap")
    return PrecompiledNormalizer(map: try CharacterMap(component))
  case "Sequence":
    try component.expectOnly("normalizers")
    return NormalizerSequence(parts: try component.parts("normalizers", makeNormalizer))
  default: throw component.unknown("the normalizer")
  }
}

private let normalizersWithoutSettings: [String: any Normalizer] = [
  "NFC": UnicodeNormalizer(form: .nfc), "NFD": UnicodeNormalizer(form: .nfd),
  "NFKC": UnicodeNormalizer(form: .nfkc), "NFKD": UnicodeNormalizer(form: .nfkd),
  "Lowercase": LowercaseNormalizer(), "StripAccents": AccentStripper(), "Nmt": NMTNormalizer(),
  "ByteLevel": ByteLevelNormalizer(),
]

/// One normalizer after another.
struct NormalizerSequence: Normalizer {
  let parts: [any Normalizer]

  func normalize(_ text: inout NormalizedText) {
    for part in parts { part.normalize(&text) }
  }
}
