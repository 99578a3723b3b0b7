/// One token for each piece, or the unknown token.
final class WordLevel: TokenModel, ModelWorker, Sendable {
  let vocabulary: Vocabulary
  /// The entry of the unknown token.
  private let unknown: Int

  var size: Int { vocabulary.distinctCount }

  /// - Parameters:
  ///   - vocabulary: the tokens.
  ///   - unknown: the entry of the unknown token.
  init(_ vocabulary: Vocabulary, unknown: Int) {
    self.vocabulary = vocabulary
    self.unknown = unknown
  }

  /// Itself: it remembers nothing.
  func makeWorker() -> any ModelWorker { self }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    let found = vocabulary.entry(piece)
    let entry = found < 0 ? unknown : found
    tokens.append(
      ModelToken(id: vocabulary.id(entry), entry: Int32(entry), start: 0, end: piece.count))
  }
}
