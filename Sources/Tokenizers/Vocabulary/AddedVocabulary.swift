/// A token that is found in a text before the model sees it, such as `[MASK]`.
struct AddedToken: Sendable, Hashable {
  /// Its text.
  var content: [UInt8]
  /// Whether it counts only where no letter or digit stands beside it.
  var isSingleWord = false
  /// Whether white space before it belongs to it.
  var stripsLeft = false
  /// Whether white space after it belongs to it.
  var stripsRight = false
  /// Whether it is looked for in the normalized text, as it is normalized itself.
  var isNormalized = true
  /// Whether it is left out when text is made of tokens.
  var isSpecial = false
}

/// The tokens that were added to those of the model.
struct AddedVocabulary: Sendable {
  /// A longer token is refused: each place of a text is compared with a token's whole length.
  private static let longest = 4096

  /// The ids by text.
  private(set) var ids: [[UInt8]: Int32] = [:]
  /// The tokens by id.
  private(set) var tokens: [Int32: AddedToken] = [:]
  /// The texts of special tokens.
  private(set) var specials: Set<[UInt8]> = []
  /// How tokens whose normal form differs are shown.
  private var normalForms: [Int32: [UInt8]] = [:]
  /// What is looked for in the text as it came.
  private(set) var inOriginal: AddedTokenFinder?
  /// What is looked for in the normalized text.
  private(set) var inNormalized: AddedTokenFinder?

  /// Adds tokens to those of a model. One that the model has keeps its id there; others get the next
  /// ids after the model's, in their order.
  ///
  /// - Parameters:
  ///   - list: the tokens.
  ///   - model: the model.
  ///   - normalizer: what normalizes.
  /// - Throws: `TokenizerError` if a token is too long, or empty once normalized.
  init(
    _ list: [AddedToken], model: any TokenModel, normalizer: (any Normalizer)?
  ) throws(TokenizerError) {
    var next = Int32(clamping: model.size)
    for token in list where !token.content.isEmpty {
      if token.content.count > AddedVocabulary.longest {
        throw TokenizerError(
          .limitExceeded(
            "a token of \(token.content.count) bytes is longer than \(AddedVocabulary.longest)"),
          at: "added_tokens")
      }
      if let id = ids[token.content], tokens[id] == token { continue }
      let entry = model.vocabulary.entry(token.content)
      let id: Int32
      if let known = ids[token.content] {
        id = known
      } else if entry >= 0 {
        id = model.vocabulary.id(entry)
      } else {
        if next == .max {
          throw TokenizerError(.limitExceeded("more tokens than numbers"), at: "added_tokens")
        }
        id = next
        next += 1
      }
      if token.isNormalized, let normalizer {
        var text = NormalizedText(bytes: token.content, keepsOrigins: false)
        normalizer.normalize(&text)
        if text.bytes != token.content { normalForms[id] = text.bytes }
      }
      ids[token.content] = id
      if token.isSpecial { specials.insert(token.content) }
      tokens[id] = token
    }
    inOriginal = try finder(isNormalized: false)
    inNormalized = try finder(isNormalized: true)
  }

  /// How a token is shown when text is made of tokens; `nil` if it was not added.
  func text(of id: Int32) -> [UInt8]? {
    tokens.isEmpty ? nil : normalForms[id] ?? tokens[id]?.content
  }

  private func finder(isNormalized: Bool) throws(TokenizerError) -> AddedTokenFinder? {
    // Of tokens with one normal form the first is found.
    var found: Set<[UInt8]> = []
    var chosen: [(text: [UInt8], id: Int32, token: AddedToken)] = []
    for (id, token) in tokens.sorted(by: { $0.key < $1.key })
    where token.isNormalized == isNormalized {
      let text = normalForms[id] ?? token.content
      if text.isEmpty {
        throw TokenizerError(
          .unsupported(
            "the token '\(String(decoding: token.content, as: UTF8.self))', which is empty once "
              + "normalized,"), at: "added_tokens")
      }
      if found.insert(text).inserted { chosen.append((text: text, id: id, token: token)) }
    }
    return chosen.isEmpty ? nil : AddedTokenFinder(chosen)
  }
}

/// Finds added tokens in a text: at each place the longest, from left to right.
struct AddedTokenFinder: Sendable {
  /// A part of a text: an added token, or what is between two.
  struct Part {
    var range: Range<Int>
    /// `nil` between tokens.
    var id: Int32?
  }

  private let list: [(id: Int32, token: AddedToken)]
  private let trie: ByteTrie
  /// Whether a token begins with this byte.
  private let begins: [Bool]

  init(_ tokens: [(text: [UInt8], id: Int32, token: AddedToken)]) {
    list = tokens.map { ($0.id, $0.token) }
    var entries = VocabularyEntries()
    var begins = [Bool](repeating: false, count: 256)
    for token in tokens {
      entries.bytes += token.text
      entries.endToken(id: Int32(entries.ids.count))
      begins[Int(token.text[0])] = true
    }
    self.begins = begins
    trie = ByteTrie(Vocabulary(entries))
  }

  /// Whether a token may begin anywhere in a text, by its first byte.
  func mayBegin(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    begins.withUnsafeBufferPointer { begins in
      var index = 0
      while index < text.count {
        if begins[Int(text[index])] { return true }
        index += 1
      }
      return false
    }
  }

  /// The parts of a text, in order.
  func parts(of text: UnsafeBufferPointer<UInt8>) -> [Part] {
    var result: [Part] = []
    var end = 0
    begins.withUnsafeBufferPointer { begins in
      var position = 0
      while position < text.count {
        guard begins[Int(text[position])], let (index, length) = match(text, at: position) else {
          position += 1
          continue
        }
        let (id, token) = list[index]
        var (start, stop) = (position, position + length)
        position = stop
        if token.isSingleWord, isWord(text, before: start) || isWord(text, after: stop) {
          continue
        }
        if token.stripsLeft { start = max(text.startOfWhiteSpace(before: start), end) }
        if token.stripsRight { stop = text.endOfWhiteSpace(after: stop) }
        // White space that an earlier token took may be one itself.
        if start > stop { continue }
        if end < start { result.append(Part(range: end..<start)) }
        result.append(Part(range: start..<stop, id: id))
        end = stop
      }
    }
    if end < text.count { result.append(Part(range: end..<text.count)) }
    return result
  }

  private func match(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (index: Int, length: Int)? {
    var node = ByteTrie.root
    var result: (Int, Int)?
    var position = start
    while position < text.count {
      node = trie.child(of: node, text[position])
      if node < 0 { break }
      position += 1
      let value = trie.value(node)
      if value >= 0 { result = (Int(value), position - start) }
    }
    return result
  }

  private func isWord(_ text: UnsafeBufferPointer<UInt8>, before end: Int) -> Bool {
    end > 0 && UnicodeProperties(text.codePoint(before: end).value).isWordOfWhitespace
  }

  private func isWord(_ text: UnsafeBufferPointer<UInt8>, after start: Int) -> Bool {
    start < text.count && UnicodeProperties(text.codePoint(at: start).value).isWordOfWhitespace
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where the white space begins that ends here.
  fileprivate func startOfWhiteSpace(before end: Int) -> Int {
    var start = end
    while start > 0 {
      let (value, length) = codePoint(before: start)
      if !UnicodeProperties(value).isWhiteSpace { break }
      start -= length
    }
    return start
  }

  /// Where the white space ends that begins here.
  fileprivate func endOfWhiteSpace(after start: Int) -> Int {
    var end = start
    while end < count {
      let (value, length) = codePoint(at: end)
      if !UnicodeProperties(value).isWhiteSpace { break }
      end += length
    }
    return end
  }
}
