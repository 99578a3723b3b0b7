/// The ids of a text by BERT's rules, in one pass over its bytes.
///
/// Words of ASCII are put in lower case and looked up where they stand. What BERT's normalizer and
/// pre-tokenizer do with a byte of ASCII does not depend on those around it, so that a table can
/// say it, which is made by asking the two. From a word with any other character up to the next
/// white space, text goes their way: neither of them looks beyond white space, and what stands
/// before that word is ASCII, to which no normal form joins anything.
final class QuickWordPiece: Sendable {
  /// What a byte is that belongs to no word; below 128, it is the byte that a word gets.
  private enum Kind {
    /// Stands between words.
    static let space: UInt8 = 0x80
    /// A word by itself.
    static let punctuation: UInt8 = 0x81
    /// Anything else: removed, or not ASCII.
    static let other: UInt8 = 0x82
  }

  private let model: WordPiece
  private let kinds: [UInt8]
  /// The id of each byte that is a word by itself.
  private let punctuation: [Int32]

  /// `nil` where words may be too long for the buffer.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - normalizer: BERT's.
  ///   - preTokenizer: BERT's.
  init?(_ model: WordPiece, normalizer: BERTNormalizer, preTokenizer: BERTPreTokenizer) {
    // Words are put in a buffer of this size.
    if model.longestWord > 256 { return nil }
    self.model = model
    var kinds = [UInt8](repeating: Kind.other, count: 256)
    var punctuation = [Int32](repeating: 0, count: 256)
    for byte in UInt8(0)..<128 {
      // Between two letters it is seen what it is.
      var text = NormalizedText(
        bytes: [UInt8(ascii: "a"), byte, UInt8(ascii: "a")], keepsOrigins: false)
      normalizer.normalize(&text)
      var pieces = PreTokenizedText(text)
      preTokenizer.preTokenize(&pieces)
      let words = pieces.pieces.map { Array(pieces.text.bytes[$0.range]) }
      let letter = [UInt8(ascii: "a")]
      if words == [letter, letter] {
        kinds[Int(byte)] = Kind.space
      } else if words.count == 3, words[1] == [byte] {
        kinds[Int(byte)] = Kind.punctuation
        var tokens: [ModelToken] = []
        [byte].withUnsafeBufferPointer { model.tokenize($0, into: &tokens) }
        punctuation[Int(byte)] = tokens[0].id
      } else if words.count == 1, words[0].count == 3, words[0][1] < 128 {
        kinds[Int(byte)] = words[0][1]
      }
    }
    (self.kinds, self.punctuation) = (kinds, punctuation)
  }

  /// Appends the ids of a text.
  ///
  /// - Parameters:
  ///   - text: the text, as UTF-8.
  ///   - limit: more than this many need not be found.
  ///   - parts: the whole tokenizer.
  ///   - ids: gets them.
  func appendIDs(
    of text: UnsafeBufferPointer<UInt8>, limit: Int, _ parts: TokenizerParts,
    to ids: inout [Int32]
  ) {
    guard let finder = parts.added.inOriginal, finder.mayBegin(in: text) else {
      return appendIDs(ofPart: text, limit, parts, to: &ids)
    }
    for part in finder.parts(of: text) {
      if let id = part.id {
        if !part.range.isEmpty { ids.append(id) }
      } else {
        appendIDs(ofPart: UnsafeBufferPointer(rebasing: text[part.range]), limit, parts, to: &ids)
      }
    }
  }

  /// Appends the ids of a text without added tokens.
  private func appendIDs(
    ofPart text: UnsafeBufferPointer<UInt8>, _ limit: Int, _ parts: TokenizerParts,
    to ids: inout [Int32]
  ) {
    let vocabulary = model.vocabulary
    let longest = model.longestWord
    kinds.withUnsafeBufferPointer { kinds in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest + 1) { word in
        var index = 0
        while index < text.count, ids.count < limit {
          let kind = kinds[Int(text[index])]
          if kind == Kind.space {
            index += 1
            continue
          }
          if kind == Kind.punctuation {
            ids.append(punctuation[Int(text[index])])
            index += 1
            continue
          }
          let start = index
          var hash = ByteHash(seed: vocabulary.seed)
          var length = 0
          while index < text.count {
            let kind = kinds[Int(text[index])]
            if kind >= 128 { break }
            word[min(length, longest)] = kind
            hash.add(kind)
            length += 1
            index += 1
          }
          if index < text.count, kinds[Int(text[index])] == Kind.other {
            index = start
            while index < text.count, kinds[Int(text[index])] != Kind.space { index += 1 }
            appendIDs(
              ofOther: UnsafeBufferPointer(rebasing: text[start..<index]), limit, parts, to: &ids)
            continue
          }
          let entry =
            length > longest
            ? model.unknown
            : vocabulary.entry(word.baseAddress!, count: length, hash: hash.value)
          if entry >= 0 {
            ids.append(vocabulary.id(entry))
            continue
          }
          let before = ids.count
          let letters = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(word)[..<length])
          let isCut = model.forEachToken(letters) { entry, _, _ in
            ids.append(vocabulary.id(entry))
          }
          if !isCut {
            ids.removeSubrange(before...)
            ids.append(vocabulary.id(model.unknown))
          }
        }
      }
    }
  }

  /// Appends the ids of a text in which there is more than ASCII, the usual way.
  private func appendIDs(
    ofOther text: UnsafeBufferPointer<UInt8>, _ limit: Int, _ parts: TokenizerParts,
    to ids: inout [Int32]
  ) {
    var pieces = PreTokenizedText(NormalizedText(bytes: Array(text), keepsOrigins: false))
    if let normalizer = parts.normalizer { pieces.normalize(normalizer) }
    parts.preTokenizer?.preTokenize(&pieces)
    parts.appendIDs(of: pieces, limit: limit, model, to: &ids)
  }
}
