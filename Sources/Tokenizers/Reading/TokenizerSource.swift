import BackpropFiles

/// What a `tokenizer.json` says: its small parts as JSON, the large ones as they are needed.
struct TokenizerSource {
  /// Pairs of tokens that are joined, in the order of their ranks.
  struct Merges {
    /// The texts of both tokens, one after the other.
    var bytes: [UInt8] = []
    /// Where the first token of each begins, where it ends, and where the second ends.
    var bounds: [(start: Int, middle: Int, end: Int)] = []
  }

  /// The members but for `model`.
  var members: [String: JSONDocument] = [:]
  /// The members of `model` but for `vocab` and `merges`.
  var model: [JSONDocument.Member] = []
  /// `model.vocab`.
  var vocabulary: VocabularyEntries?
  /// The scores of its entries, if it is a list.
  var scores: [Double]?
  /// `model.merges`.
  var merges: Merges?

  /// Reads a `tokenizer.json`.
  ///
  /// - Throws: `TokenizerError` if it is no JSON, or has a member of another name than expected.
  init(_ bytes: [UInt8]) throws(TokenizerError) {
    self = try JSONCursor.read(bytes) { cursor throws(TokenizerError) in
      try TokenizerSource(&cursor)
    }
  }

  /// Nothing but a vocabulary and what is said of it.
  init(
    members: [String: JSONDocument], model: [JSONDocument.Member], vocabulary: VocabularyEntries
  ) {
    (self.members, self.model, self.vocabulary) = (members, model, vocabulary)
  }

  /// Puts a normalizer in front that makes letters small, unless there is one. BERT's, where it does so,
  /// gives the same with and without.
  mutating func lowercase() {
    let own = members["normalizer"]
    var parts: [JSONDocument] = []
    if case .array(let list)? = own?["normalizers"] {
      parts = list
    } else if let own, own["type"] != nil {
      parts = [own]
    }
    func has(_ type: String) -> Bool { parts.contains { $0["type"]?.string == type } }
    let isBERT = parts.count == 1 && has("BertNormalizer") && parts[0]["lowercase"] == .bool(true)
    if has("Lowercase") || isBERT { return }
    func component(_ type: String, _ members: [JSONDocument.Member] = []) -> JSONDocument {
      .object([.init(name: "type", value: .string(type))] + members)
    }
    members["normalizer"] = component(
      "Sequence", [.init(name: "normalizers", value: .array([component("Lowercase")] + parts))])
  }

  private init(_ cursor: inout JSONCursor) throws(TokenizerError) {
    let names = [
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
      "post_processor", "decoder", "model",
    ]
    try cursor.expect("{", "")
    if !cursor.take("}") {
      repeat {
        let name = try cursor.string("")
        try cursor.expect(":", name)
        if !names.contains(name) {
          throw TokenizerError(.unsupported("the member '\(name)'"))
        }
        if name == "model" {
          try readModel(&cursor)
        } else {
          members[name] = try cursor.document(name)
        }
      } while cursor.take(",")
      try cursor.expect("}", "")
    }
    if cursor.peek() != 0 || cursor.position < cursor.bytes.count {
      throw cursor.failure("something follows the value", "")
    }
  }

  private mutating func readModel(_ cursor: inout JSONCursor) throws(TokenizerError) {
    (model, vocabulary, scores, merges) = ([], nil, nil, nil)
    try cursor.expect("{", "model")
    if cursor.take("}") { return }
    repeat {
      let name = try cursor.string("model")
      let place = "model." + name
      try cursor.expect(":", place)
      switch name {
      case "vocab" where cursor.peek() == UInt8(ascii: "{"):
        (vocabulary, scores) = (try readVocabulary(&cursor, place), nil)
      case "vocab": (vocabulary, scores) = try readScores(&cursor, place)
      case "merges": merges = try readMerges(&cursor, place)
      default: model.append(.init(name: name, value: try cursor.document(place)))
      }
    } while cursor.take(",")
    try cursor.expect("}", "model")
  }
}

/// Reads texts and their ids, as in `{"a": 0, "b": 1}`.
func readVocabulary(
  _ cursor: inout JSONCursor, _ place: String
) throws(TokenizerError) -> VocabularyEntries {
  var result = VocabularyEntries()
  try cursor.expect("{", place)
  if cursor.take("}") { return result }
  repeat {
    try cursor.string(place, into: &result.bytes)
    try cursor.expect(":", place)
    result.endToken(id: try cursor.number(place))
  } while cursor.take(",")
  try cursor.expect("}", place)
  return result
}

/// Reads texts and their scores, as in `[["a", -1.5], ["b", -2]]`.
private func readScores(
  _ cursor: inout JSONCursor, _ place: String
) throws(TokenizerError) -> (VocabularyEntries, [Double]) {
  var (result, scores) = (VocabularyEntries(), [Double]())
  try cursor.expect("[", place)
  if cursor.take("]") { return (result, scores) }
  repeat {
    try cursor.expect("[", place)
    try cursor.string(place, into: &result.bytes)
    try cursor.expect(",", place)
    scores.append(try cursor.score(place))
    try cursor.expect("]", place)
    result.endToken(id: Int32(result.ids.count))
  } while cursor.take(",")
  try cursor.expect("]", place)
  return (result, scores)
}

/// Reads pairs, as in `[["a", "b"]]` or `["a b"]`.
private func readMerges(
  _ cursor: inout JSONCursor, _ place: String
) throws(TokenizerError) -> TokenizerSource.Merges {
  var result = TokenizerSource.Merges()
  try cursor.expect("[", place)
  if cursor.take("]") { return result }
  let arePairs = cursor.peek() == UInt8(ascii: "[")
  repeat {
    let start = result.bytes.count
    if arePairs {
      try cursor.expect("[", place)
      try cursor.string(place, into: &result.bytes)
      let middle = result.bytes.count
      try cursor.expect(",", place)
      try cursor.string(place, into: &result.bytes)
      try cursor.expect("]", place)
      result.bounds.append((start, middle, result.bytes.count))
    } else {
      try cursor.string(place, into: &result.bytes)
      try result.endLine(from: start, place)
    }
  } while cursor.take(",")
  try cursor.expect("]", place)
  return result
}

extension TokenizerSource.Merges {
  /// Makes a pair of the line that was appended last, two tokens with a space between them. A line
  /// that tells the version is none.
  mutating func endLine(from start: Int, _ place: String) throws(TokenizerError) {
    let line = bytes[start...]
    if line.starts(with: "#version".utf8) {
      bytes.removeSubrange(start...)
      return
    }
    guard let space = line.firstIndex(of: 32), !line[(space + 1)...].contains(32) else {
      throw TokenizerError(
        .invalid("pair \(bounds.count) is not two tokens with a space between them"), at: place)
    }
    bytes.remove(at: space)
    bounds.append((start, space, bytes.count))
  }
}
