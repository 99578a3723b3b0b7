import BackpropFiles

/// What a `tokenizer_config.json` says that older files of a tokenizer do not.
struct TokenizerConfiguration {
  /// The whole file.
  let json: JSONDocument

  /// A setting that is true or false.
  func flag(_ name: String, standard: Bool) -> Bool {
    if case .bool(let value) = json[name] { value } else { standard }
  }

  /// The text of a special token, which may be written as an object with its `content`.
  func token(_ name: String, standard: String?) -> String? {
    json[name]?.string ?? json[name]?["content"]?.string ?? standard
  }

  /// Special tokens of which the vocabulary has the id, as `added_tokens` has them.
  ///
  /// - Parameters:
  ///   - tokens: their texts.
  ///   - vocabulary: the vocabulary.
  func addedTokens(_ tokens: [String?], _ vocabulary: Vocabulary) -> JSONDocument {
    var list: [JSONDocument] = []
    var seen: [String] = []
    for case let token? in tokens where !seen.contains(token) {
      seen.append(token)
      let entry = vocabulary.entry(Array(token.utf8))
      if entry < 0 { continue }
      list.append(
        object([
          ("id", number(vocabulary.id(entry))), ("content", .string(token)),
          ("single_word", .bool(false)), ("lstrip", .bool(false)), ("rstrip", .bool(false)),
          ("normalized", .bool(false)), ("special", .bool(true)),
        ]))
    }
    return .array(list)
  }
}

/// A tokenizer of BERT's first form: a vocabulary with a token in each line.
///
/// - Parameters:
///   - bytes: the lines.
///   - settings: what `tokenizer_config.json` says.
/// - Throws: `TokenizerError`.
func wordPieceSource(
  _ bytes: [UInt8], _ settings: TokenizerConfiguration
) throws(TokenizerError) -> TokenizerSource {
  var entries = VocabularyEntries()
  try forEachLine(of: bytes) { line in
    // Of equal lines the last counts, and white space at the end of one does not.
    let text = String(decoding: line, as: UTF8.self).unicodeScalars
    let kept = text.reversed().drop { $0.properties.isWhitespace }.reversed()
    for scalar in kept { entries.bytes.append(codePoint: scalar.value) }
    entries.endToken(id: Int32(entries.ids.count))
  }
  let vocabulary = Vocabulary(entries)
  let unknown = settings.token("unk_token", standard: "[UNK]")
  let begin = settings.token("cls_token", standard: "[CLS]") ?? "[CLS]"
  let end = settings.token("sep_token", standard: "[SEP]") ?? "[SEP]"
  let isLowercasing = settings.flag("do_lower_case", standard: true)
  var members = [
    "normalizer": object([
      ("type", .string("BertNormalizer")), ("clean_text", .bool(true)),
      ("handle_chinese_chars", .bool(settings.flag("tokenize_chinese_chars", standard: true))),
      ("strip_accents", settings.json["strip_accents"] ?? .null),
      ("lowercase", .bool(isLowercasing)),
    ]),
    "pre_tokenizer": object([("type", .string("BertPreTokenizer"))]),
    "decoder": object([
      ("type", .string("WordPiece")), ("prefix", .string("##")), ("cleanup", .bool(true)),
    ]),
    "added_tokens": settings.addedTokens(
      [
        settings.token("pad_token", standard: "[PAD]"), unknown, begin, end,
        settings.token("mask_token", standard: "[MASK]"),
      ], vocabulary),
  ]
  if let cls = numbered(begin, vocabulary), let sep = numbered(end, vocabulary) {
    members["post_processor"] = object([
      ("type", .string("BertProcessing")), ("sep", sep), ("cls", cls),
    ])
  }
  return TokenizerSource(
    members: members,
    model: [
      .init(name: "type", value: .string("WordPiece")),
      .init(name: "unk_token", value: .string(unknown ?? "[UNK]")),
      .init(name: "continuing_subword_prefix", value: .string("##")),
      .init(name: "max_input_chars_per_word", value: .number("100")),
    ], vocabulary: entries)
}

/// A tokenizer of GPT-2's first form: a vocabulary as JSON, and pairs in lines.
///
/// - Parameters:
///   - bytes: the vocabulary.
///   - merges: the pairs.
///   - settings: what `tokenizer_config.json` says.
/// - Throws: `TokenizerError`.
func bytePairSource(
  _ bytes: [UInt8], merges: [UInt8], _ settings: TokenizerConfiguration
) throws(TokenizerError) -> TokenizerSource {
  let entries = try JSONCursor.read(bytes) { cursor throws(TokenizerError) in
    try readVocabulary(&cursor, "vocab.json")
  }
  let vocabulary = Vocabulary(entries)
  var pairs = TokenizerSource.Merges()
  try forEachLine(of: merges) { line throws(TokenizerError) in
    if line.isEmpty { return }
    let start = pairs.bytes.count
    pairs.bytes += line
    try pairs.endLine(from: start, "merges.txt")
  }
  let isRoberta = settings.json["tokenizer_class"]?.string?.hasPrefix("Roberta") == true
  let standard = isRoberta ? "</s>" : "<|endoftext|>"
  let unknown = settings.token("unk_token", standard: isRoberta ? "<unk>" : standard)
  let begin = settings.token("bos_token", standard: isRoberta ? "<s>" : standard) ?? standard
  let end = settings.token("eos_token", standard: standard) ?? standard
  let addsSpace = JSONDocument.bool(settings.flag("add_prefix_space", standard: false))
  var byteLevel: [(String, JSONDocument)] = [
    ("type", .string("ByteLevel")), ("add_prefix_space", addsSpace),
    ("trim_offsets", .bool(true)), ("use_regex", .bool(true)),
  ]
  var members: [String: JSONDocument] = [
    "pre_tokenizer": object(byteLevel), "decoder": object(byteLevel),
  ]
  byteLevel[2] = ("trim_offsets", .bool(false))
  members["post_processor"] = object(byteLevel)
  if isRoberta, let cls = numbered(begin, vocabulary), let sep = numbered(end, vocabulary) {
    members["post_processor"] = object([
      ("type", .string("RobertaProcessing")), ("sep", sep), ("cls", cls),
      ("trim_offsets", .bool(true)), ("add_prefix_space", addsSpace),
    ])
  }
  members["added_tokens"] = settings.addedTokens(
    [
      begin, settings.token("pad_token", standard: isRoberta ? "<pad>" : nil), end, unknown,
      settings.token("mask_token", standard: isRoberta ? "<mask>" : nil),
    ], vocabulary)
  var source = TokenizerSource(
    members: members,
    model: [
      .init(name: "type", value: .string("BPE")),
      // One that the vocabulary does not have is needed for no byte.
      .init(
        name: "unk_token",
        value: unknown.flatMap {
          vocabulary.entry(Array($0.utf8)) >= 0 ? JSONDocument.string($0) : nil
        } ?? .null),
    ], vocabulary: entries)
  source.merges = pairs
  return source
}

/// Calls `body` with each line, without what ends it.
private func forEachLine(
  of bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws(TokenizerError) -> Void
) throws(TokenizerError) {
  try expectUTF8(bytes)
  var start = 0
  while start < bytes.count {
    let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
    var line = bytes[start..<end]
    if line.last == 13 { line.removeLast() }
    try body(line)
    start = end + 1
  }
}

private func object(_ members: [(String, JSONDocument)]) -> JSONDocument {
  .object(members.map { .init(name: $0.0, value: $0.1) })
}

/// A token and its id, as post-processors have them; `nil` if the vocabulary lacks it.
private func numbered(_ token: String, _ vocabulary: Vocabulary) -> JSONDocument? {
  let entry = vocabulary.entry(Array(token.utf8))
  return entry < 0 ? nil : .array([.string(token), number(vocabulary.id(entry))])
}

private func number(_ id: Int32) -> JSONDocument { .number(String(id)) }
