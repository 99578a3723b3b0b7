import BackpropFiles

/// The parts of a tokenizer, none of which changes.
final class TokenizerParts: Sendable {
  let model: any TokenModel
  let normalizer: (any Normalizer)?
  let preTokenizer: (any PreTokenizer)?
  let postProcessor: (any PostProcessor)?
  let decoder: (any TokenDecoder)?
  let added: AddedVocabulary
  /// The quick way to ids, where the parts allow it.
  let quick: QuickWordPiece?
  /// What stands before and after the ids of a text, if special tokens are put in or not; a text that
  /// a template takes twice is in between.
  let frames: (with: [[Int32]], without: [[Int32]])

  init(_ source: TokenizerSource) throws(TokenizerError) {
    model = try source.makeModel()
    normalizer = try makeNormalizer(source.members["normalizer"])
    preTokenizer = try makePreTokenizer(source.members["pre_tokenizer"])
    postProcessor = try makePostProcessor(source.members["post_processor"])
    decoder = try makeDecoder(source.members["decoder"])
    added = try AddedVocabulary(
      try TokenizerParts.addedTokens(source.members["added_tokens"]), model: model,
      normalizer: normalizer)
    if let model = model as? WordPiece, let normalizer = normalizer as? BERTNormalizer,
      let preTokenizer = preTokenizer as? BERTPreTokenizer, added.inNormalized == nil
    {
      quick = QuickWordPiece(model, normalizer: normalizer, preTokenizer: preTokenizer)
    } else {
      quick = nil
    }
    if let postProcessor {
      for count in 1...2 {
        for isAdding in [true, false]
        where postProcessor.resultCount(of: count, addingSpecialTokens: isAdding) == nil {
          throw TokenizerError(
            .invalid("a template that gets the parts of another"), at: "post_processor")
        }
      }
    }
    frames = (
      TokenizerParts.frame(postProcessor, isAdding: true),
      TokenizerParts.frame(postProcessor, isAdding: false)
    )
  }

  private static func addedTokens(
    _ json: JSONDocument?
  ) throws(TokenizerError) -> [AddedToken] {
    guard let json, json != .null else { return [] }
    guard case .array(let values) = json else {
      throw TokenizerError(.invalid("expected a list"), at: "added_tokens")
    }
    var result: [AddedToken] = []
    for (index, value) in values.enumerated() {
      let place = "added_tokens[\(index)]"
      guard let component = try ComponentJSON(untyped: value, at: place) else {
        throw TokenizerError(.invalid("expected an object"), at: place)
      }
      try component.expectOnly(
        "id", "content", "single_word", "lstrip", "rstrip", "normalized", "special")
      // The id follows from the model, as in the reference.
      _ = try component.tokenID("id")
      result.append(
        AddedToken(
          content: Array(try component.string("content").utf8),
          isSingleWord: try component.bool("single_word"),
          stripsLeft: try component.bool("lstrip"), stripsRight: try component.bool("rstrip"),
          isNormalized: try component.bool("normalized"),
          isSpecial: try component.bool("special")))
    }
    return result
  }

  /// What the post-processor puts around one text, found out with a token that no file can have.
  private static func frame(
    _ postProcessor: (any PostProcessor)?, isAdding: Bool
  ) -> [[Int32]] {
    guard let postProcessor else { return [[], []] }
    var text = Encoding()
    text.append(id: -1, token: "", offsets: 0..<0, wordID: 0, typeID: 0)
    let ids = postProcessor.process([text], addingSpecialTokens: isAdding).flatMap(\.ids)
    return ids.split(separator: -1, omittingEmptySubsequences: false).map(Array.init)
  }
}

// From text to tokens.
extension TokenizerParts {
  /// The pieces of a text: added tokens, and what the model makes tokens of.
  func pieces(of text: NormalizedText) -> PreTokenizedText {
    var text = PreTokenizedText(text)
    if let finder = added.inOriginal { text.split(at: finder) }
    if let normalizer { text.normalize(normalizer) }
    if let finder = added.inNormalized {
      text.split(at: finder)
    } else if normalizer != nil {
      // A piece begins where its first character came from, and no longer with what was removed.
      text.split { bytes, cuts in cuts.add(0..<bytes.count) }
    }
    preTokenizer?.preTokenize(&text)
    return text
  }

  /// The tokens of a text, without special ones.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - typeID: the type that they get.
  ///   - worker: the model at work.
  func encoding(of text: String, typeID: Int32, _ worker: any ModelWorker) -> Encoding {
    let original = Array(text.utf8)
    let pieces = pieces(of: NormalizedText(bytes: original, keepsOrigins: true))
    let characters = CharacterCounts(original)
    var result = Encoding()
    var tokens: [ModelToken] = []
    for (index, piece) in pieces.pieces.enumerated() {
      tokens.removeAll(keepingCapacity: true)
      pieces.text.bytes.withUnsafeBufferPointer { bytes in
        let bytes = UnsafeBufferPointer(rebasing: bytes[piece.range])
        if let id = piece.id {
          tokens.append(ModelToken(id: id, entry: -1, start: 0, end: bytes.count))
        } else {
          worker.tokenize(bytes, into: &tokens)
        }
        for token in tokens {
          var range = token.start..<token.end
          if token.end <= bytes.count,
            let place = pieces.text.originalRange(
              of: range.lowerBound + piece.range.lowerBound..<range.upperBound
                + piece.range.lowerBound)
          {
            range = place
          }
          let shown =
            token.entry < 0
            ? UnsafeBufferPointer(rebasing: bytes[token.start..<token.end])
            : model.vocabulary.text(Int(token.entry))
          result.append(
            id: token.id, token: String(decoding: shown, as: UTF8.self),
            offsets: characters.range(of: range), wordID: index, typeID: typeID)
        }
      }
    }
    return result
  }

  /// Appends the ids of a text, without special ones.
  ///
  /// - Parameters:
  ///   - text: the text, as UTF-8.
  ///   - limit: more than this many need not be found.
  ///   - worker: the model at work.
  ///   - ids: gets them.
  func appendIDs(
    of text: UnsafeBufferPointer<UInt8>, limit: Int, _ worker: any ModelWorker,
    to ids: inout [Int32]
  ) {
    if let quick {
      return quick.appendIDs(of: text, limit: limit, self, to: &ids)
    }
    appendIDs(
      of: pieces(
        of: NormalizedText(
          bytes: Array(text), keepsOrigins: preTokenizer?.needsOrigins == true)),
      limit: limit, worker, to: &ids)
  }

  /// Appends the ids of pieces.
  func appendIDs(
    of pieces: PreTokenizedText, limit: Int, _ worker: any ModelWorker, to ids: inout [Int32]
  ) {
    var tokens: [ModelToken] = []
    pieces.text.bytes.withUnsafeBufferPointer { bytes in
      for piece in pieces.pieces {
        if ids.count >= limit { return }
        if let id = piece.id {
          ids.append(id)
          continue
        }
        tokens.removeAll(keepingCapacity: true)
        worker.tokenize(UnsafeBufferPointer(rebasing: bytes[piece.range]), into: &tokens)
        for token in tokens { ids.append(token.id) }
      }
    }
  }
}

extension PreTokenizedText {
  /// Makes pieces of the added tokens.
  fileprivate mutating func split(at finder: AddedTokenFinder) {
    split { bytes, cuts in
      for part in finder.parts(of: bytes) { cuts.add(part.range, id: part.id) }
    }
  }
}

/// How many characters come before each byte of a text.
struct CharacterCounts {
  /// For each byte the number of its character; empty for ASCII, where that is its own.
  private let numbers: [Int32]
  private let byteCount: Int

  init(_ text: [UInt8]) {
    byteCount = text.count
    if text.allSatisfy({ $0 < 0x80 }) {
      numbers = []
      return
    }
    var number: Int32 = -1
    numbers = text.map { byte in
      if !isContinuation(byte) { number += 1 }
      return number
    }
  }

  /// The characters of a range of bytes. A range that begins at the end of the text or behind it stays
  /// what it is, and one that ends behind it gets two characters, as in the reference.
  func range(of bytes: Range<Int>) -> Range<Int> {
    if bytes.lowerBound >= byteCount { return bytes }
    let start = number(bytes.lowerBound)
    if bytes.upperBound > byteCount { return start..<start + 2 }
    if bytes.upperBound == byteCount { return start..<number(byteCount - 1) + 1 }
    return start..<max(start, number(bytes.upperBound))
  }

  private func number(_ byte: Int) -> Int { numbers.isEmpty ? byte : Int(numbers[byte]) }
}
