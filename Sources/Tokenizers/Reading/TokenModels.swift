import BackpropFiles

// Models, as `model` in a `tokenizer.json` describes them.
extension TokenizerSource {
  /// Makes the model.
  ///
  /// - Throws: `TokenizerError` if its kind or a setting is not known, or its parts do not fit.
  func makeModel() throws(TokenizerError) -> any TokenModel {
    var settings = model
    // Files of the first years do not name the kind.
    if !settings.contains(where: { $0.name == "type" }) {
      settings.append(.init(name: "type", value: .string(impliedType)))
    }
    let component = try ComponentJSON(.object(settings), at: "model")
    guard let entries = vocabulary else {
      throw TokenizerError(.invalid("there is no vocabulary"), at: "model.vocab")
    }
    if merges != nil, component.type != "BPE" {
      throw TokenizerError(.unsupported("'merges' of '\(component.type)'"), at: "model.merges")
    }
    if (scores == nil) == (component.type == "Unigram") {
      throw TokenizerError(
        .invalid("a vocabulary of another form than '\(component.type)' has"), at: "model.vocab")
    }
    switch component.type {
    case "WordPiece": return try makeWordPiece(component, Vocabulary(entries))
    case "WordLevel": return try makeWordLevel(component, Vocabulary(entries))
    case "BPE": return try makeBytePairEncoding(component, Vocabulary(entries))
    case "Unigram": return try makeUnigram(component, Vocabulary(entries))
    default: throw component.unknown("the model")
    }
  }

  private var impliedType: String {
    if merges != nil { return "BPE" }
    if scores != nil { return "Unigram" }
    return model.contains { $0.name == "max_input_chars_per_word" } ? "WordPiece" : "WordLevel"
  }

  private func makeWordPiece(
    _ component: ComponentJSON, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> WordPiece {
    try component.expectOnly(
      "unk_token", "continuing_subword_prefix", "max_input_chars_per_word")
    return WordPiece(
      vocabulary, unknown: try unknown(component, vocabulary),
      continuationPrefix: Array(try component.string("continuing_subword_prefix").utf8),
      longestWord: try component.count("max_input_chars_per_word"))
  }

  private func makeWordLevel(
    _ component: ComponentJSON, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> WordLevel {
    try component.expectOnly("unk_token")
    return WordLevel(vocabulary, unknown: try unknown(component, vocabulary))
  }

  private func unknown(
    _ component: ComponentJSON, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int {
    let token = try component.string("unk_token")
    let entry = vocabulary.entry(Array(token.utf8))
    if entry < 0 {
      throw component.invalid("unk_token", "'\(token)' is not in the vocabulary")
    }
    return entry
  }

  private func makeBytePairEncoding(
    _ component: ComponentJSON, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> BytePairEncoding {
    try component.expectOnly(
      "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
      "byte_fallback", "ignore_merges")
    if let dropout = component.member("dropout") {
      guard let share = dropout.double, (0...1).contains(share) else {
        throw component.invalid("dropout", "expected a number from 0 to 1")
      }
      if share != 0 {
        throw TokenizerError(
          .unsupported("a dropout of \(share), which draws other tokens each time"),
          at: "model.dropout")
      }
    }
    guard let merges else {
      throw TokenizerError(.invalid("there are no merges"), at: "model.merges")
    }
    var settings = BytePairEncoding.Settings()
    settings.continuationPrefix = Array(
      try component.string("continuing_subword_prefix", standard: "").utf8)
    settings.endSuffix = Array(try component.string("end_of_word_suffix", standard: "").utf8)
    settings.fusesUnknown = try component.bool("fuse_unk", standard: false)
    settings.fallsBackToBytes = try component.bool("byte_fallback", standard: false)
    settings.takesWholePieces = try component.bool("ignore_merges", standard: false)
    let unknown = Array(try component.string("unk_token", standard: "").utf8)
    settings.unknown = vocabulary.entry(unknown)
    // A vocabulary with all letters of bytes never needs it, and some files name one all the same.
    if settings.unknown < 0, !unknown.isEmpty,
      !ByteLevelAlphabet.letters.allSatisfy({ vocabulary.entry($0) >= 0 })
    {
      throw component.invalid(
        "unk_token", "'\(String(decoding: unknown, as: UTF8.self))' is not in the vocabulary")
    }
    return BytePairEncoding(
      vocabulary,
      pairs: try ranks(merges, vocabulary, prefixLength: settings.continuationPrefix.count),
      settings: settings)
  }

  /// Finds the tokens of pairs, and what these become.
  private func ranks(
    _ merges: Merges, _ vocabulary: Vocabulary, prefixLength: Int
  ) throws(TokenizerError) -> PairRanks {
    var pairs: [(Int32, Int32)] = []
    var results: [Int32] = []
    pairs.reserveCapacity(merges.bounds.count)
    results.reserveCapacity(merges.bounds.count)
    var joined: [UInt8] = []
    for (rank, pair) in merges.bounds.enumerated() {
      var entries = (left: -1, right: -1, joined: -1)
      merges.bytes.withUnsafeBufferPointer { bytes in
        let left = UnsafeBufferPointer(rebasing: bytes[pair.start..<pair.middle])
        let right = UnsafeBufferPointer(rebasing: bytes[pair.middle..<pair.end])
        entries.left = vocabulary.entry(left)
        entries.right = vocabulary.entry(right)
        if right.count < prefixLength { return }
        joined.removeAll(keepingCapacity: true)
        joined += left
        joined += right[prefixLength...]
        entries.joined = vocabulary.entry(joined)
      }
      guard entries.left >= 0, entries.right >= 0, entries.joined >= 0 else {
        let what =
          entries.left < 0 ? "the first" : entries.right < 0 ? "the second" : "the joined"
        throw TokenizerError(
          .invalid("\(what) token of pair \(rank) is not in the vocabulary"), at: "model.merges")
      }
      pairs.append((vocabulary.id(entries.left), vocabulary.id(entries.right)))
      results.append(vocabulary.id(entries.joined))
    }
    return PairRanks(pairs, results: results)
  }

  private func makeUnigram(
    _ component: ComponentJSON, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Unigram {
    try component.expectOnly("unk_id", "byte_fallback")
    // Each place of a text is compared with a token's whole length.
    if vocabulary.longest > 4096 {
      throw TokenizerError(
        .limitExceeded("a token of \(vocabulary.longest) bytes is longer than 4096"),
        at: "model.vocab")
    }
    var unknown = -1
    if component.member("unk_id") != nil {
      unknown = try component.count("unk_id")
      if unknown >= vocabulary.count {
        throw component.invalid(
          "unk_id", "token \(unknown) of a vocabulary of \(vocabulary.count)")
      }
    }
    return Unigram(
      vocabulary, scores: scores ?? [], unknown: unknown,
      fallsBackToBytes: try component.bool("byte_fallback", standard: false))
  }
}
