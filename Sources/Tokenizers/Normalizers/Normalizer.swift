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
  switch component.type {
  case "BertNormalizer":
    let lowercases = try component.bool("lowercase")
    return BERTNormalizer(
      cleansText: try component.bool("clean_text"),
      separatesChinese: try component.bool("handle_chinese_chars"),
      stripsAccents: try component.bool("strip_accents", standard: lowercases),
      lowercases: lowercases)
  case "NFC": return UnicodeNormalizer(form: .nfc)
  case "NFD": return UnicodeNormalizer(form: .nfd)
  case "NFKC": return UnicodeNormalizer(form: .nfkc)
  case "NFKD": return UnicodeNormalizer(form: .nfkd)
  case "Lowercase": return LowercaseNormalizer()
  case "Strip":
    return StripNormalizer(
      left: try component.bool("strip_left"), right: try component.bool("strip_right"))
  case "StripAccents": return AccentStripper()
  case "Replace":
    return ReplaceNormalizer(
      pattern: try Pattern(component), content: Array(try component.string("content").utf8))
  case "Prepend": return PrependNormalizer(text: Array(try component.string("prepend").utf8))
  case "Nmt": return NMTNormalizer()
  case "Precompiled": return PrecompiledNormalizer(map: try CharacterMap(component))
  case "ByteLevel": return ByteLevelNormalizer()
  case "Sequence":
    var parts: [any Normalizer] = []
    for (index, part) in try component.list("normalizers").enumerated() {
      if let part = try makeNormalizer(part, at: "\(place).normalizers[\(index)]") {
        parts.append(part)
      }
    }
    return NormalizerSequence(parts: parts)
  default: throw component.unknown("the normalizer")
  }
}

/// One normalizer after another.
struct NormalizerSequence: Normalizer {
  let parts: [any Normalizer]

  func normalize(_ text: inout NormalizedText) {
    for part in parts { part.normalize(&text) }
  }
}
