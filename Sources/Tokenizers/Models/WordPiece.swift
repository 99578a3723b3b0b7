/// Cuts a word into the longest tokens from its beginning on, as BERT does (Wu et al. 2016, "Google's
/// Neural Machine Translation System").
///
/// A word that cannot be cut, or has too many characters, is one unknown token.
final class WordPiece: TokenModel, ModelWorker, Sendable {
  let vocabulary: Vocabulary
  /// The entry of the unknown token.
  let unknown: Int
  /// A word with more characters is unknown.
  let longestWord: Int
  private let trie: ByteTrie
  /// Where in the tree the tokens begin that go on in a word; -1 if there are none.
  private let continuation: Int32

  var size: Int { vocabulary.distinctCount }

  /// - Parameters:
  ///   - vocabulary: the tokens.
  ///   - unknown: the entry of the unknown token.
  ///   - continuationPrefix: what stands before a token that goes on in a word, as `##`.
  ///   - longestWord: a word with more characters is unknown.
  init(
    _ vocabulary: Vocabulary, unknown: Int, continuationPrefix: [UInt8], longestWord: Int
  ) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.longestWord = longestWord
    trie = ByteTrie(vocabulary)
    continuation = trie.node(continuationPrefix)
  }

  /// Itself: it remembers nothing.
  func makeWorker() -> any ModelWorker { self }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    let before = tokens.count
    let isCut = forEachToken(piece) { entry, start, end in
      tokens.append(
        ModelToken(id: vocabulary.id(entry), entry: Int32(entry), start: start, end: end))
    }
    if isCut { return }
    tokens.removeSubrange(before...)
    tokens.append(
      ModelToken(
        id: vocabulary.id(unknown), entry: Int32(unknown), start: 0, end: piece.count))
  }

  /// Calls `body` with the entry and the place of each token.
  ///
  /// - Returns: whether the word could be cut. If not, what came before does not count.
  @inline(__always)
  func forEachToken(
    _ word: UnsafeBufferPointer<UInt8>, _ body: (Int, Int, Int) -> Void
  ) -> Bool {
    if word.count > longestWord {
      var characters = 0
      for byte in word where !isContinuation(byte) { characters += 1 }
      if characters > longestWord { return false }
    }
    var start = 0
    while start < word.count {
      var node = start == 0 ? ByteTrie.root : continuation
      if node < 0 { return false }
      var (found, end) = (Int32(-1), start)
      var index = start
      while index < word.count {
        node = trie.child(of: node, word[index])
        if node < 0 { break }
        index += 1
        let value = trie.value(node)
        if value >= 0 { (found, end) = (value, index) }
      }
      if found < 0 { return false }
      body(Int(found), start, end)
      start = end
    }
    return true
  }
}
