/// Cuts a piece into the tokens whose scores have the greatest sum (Kudo 2018, "Subword
/// Regularization").
///
/// A character for which there is no token is unknown, at the lowest score of all less 10; unknown
/// characters side by side are one token.
final class Unigram: TokenModel, Sendable {
  let vocabulary: Vocabulary
  /// The score of each entry.
  let scores: [Double]
  /// The entry of the unknown token; -1 if there is none: unknown characters are left out.
  let unknown: Int
  /// The entries of `<0x00>` to `<0xFF>`, by which unknown characters are spelled; empty if they are
  /// not.
  let byteEntries: [Int]
  let trie: ByteTrie
  /// The score of an unknown character.
  let unknownScore: Double

  var size: Int { vocabulary.count }

  /// - Parameters:
  ///   - vocabulary: the tokens, the ids of which are their places in the list.
  ///   - scores: their scores.
  ///   - unknown: the entry of the unknown token, or -1.
  ///   - fallsBackToBytes: whether an unknown character becomes tokens of its bytes.
  init(_ vocabulary: Vocabulary, scores: [Double], unknown: Int, fallsBackToBytes: Bool) {
    self.vocabulary = vocabulary
    self.scores = scores
    self.unknown = unknown
    byteEntries = fallsBackToBytes ? byteTokens().map(vocabulary.entry) : []
    trie = ByteTrie(vocabulary)
    unknownScore = (scores.min() ?? .infinity) - 10
  }

  func makeWorker() -> any ModelWorker { UnigramWorker(self) }
}

/// Finds the best way through a piece, on one thread.
final class UnigramWorker: ModelWorker {
  /// The best way to a place in the piece.
  private struct Way {
    var score = 0.0
    /// Where its last token begins; -1 if no way leads here.
    var start = -1
    /// The entry of that; -1 if it is unknown and there is no unknown token.
    var entry: Int32 = 0
  }

  private let model: Unigram
  private var cache = PieceCache()
  private var ways: [Way] = []
  private var parts: [Range<Int>] = []

  init(_ model: Unigram) { self.model = model }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    cache.tokenize(piece, into: &tokens) { tokens in
      findWays(piece)
      takeBest(piece.count)
      for part in parts.reversed() { append(part, of: piece, to: &tokens) }
    }
  }

  private func findWays(_ piece: UnsafeBufferPointer<UInt8>) {
    ways.removeAll(keepingCapacity: true)
    ways.append(contentsOf: repeatElement(Way(), count: piece.count + 1))
    let (trie, scores) = (model.trie, model.scores)
    ways.withUnsafeMutableBufferPointer { ways in
      var start = 0
      while start < piece.count {
        let score = ways[start].score
        var next = start + 1
        while next < piece.count, isContinuation(piece[next]) { next += 1 }
        var hasCharacter = false
        var node = ByteTrie.root
        var end = start
        while end < piece.count {
          node = trie.child(of: node, piece[end])
          if node < 0 { break }
          end += 1
          let entry = trie.value(node)
          if entry < 0 { continue }
          let candidate = scores[Int(entry)] + score
          if ways[end].start < 0 || candidate > ways[end].score {
            ways[end] = Way(score: candidate, start: start, entry: entry)
          }
          if end == next { hasCharacter = true }
        }
        if !hasCharacter {
          let candidate = model.unknownScore + score
          if ways[next].start < 0 || candidate > ways[next].score {
            ways[next] = Way(score: candidate, start: start, entry: Int32(model.unknown))
          }
        }
        start = next
      }
    }
  }

  /// Follows the best way from its end; unknown characters side by side become one part.
  private func takeBest(_ count: Int) {
    parts.removeAll(keepingCapacity: true)
    var end = count
    var isUnknown = false
    while end > 0 {
      let way = ways[end]
      let wasUnknown = isUnknown
      isUnknown = Int(way.entry) == model.unknown
      if isUnknown, wasUnknown {
        parts[parts.count - 1] = way.start..<parts[parts.count - 1].upperBound
      } else {
        parts.append(way.start..<end)
      }
      end = way.start
    }
  }

  private func append(
    _ part: Range<Int>, of piece: UnsafeBufferPointer<UInt8>, to tokens: inout [ModelToken]
  ) {
    let text = UnsafeBufferPointer(rebasing: piece[part])
    let entry = model.vocabulary.entry(text)
    if entry >= 0 {
      tokens.append(
        ModelToken(
          id: model.vocabulary.id(entry), entry: Int32(entry), start: part.lowerBound,
          end: part.upperBound))
      return
    }
    let bytes = model.byteEntries
    if !bytes.isEmpty, text.allSatisfy({ bytes[Int($0)] >= 0 }) {
      for byte in text {
        let entry = bytes[Int(byte)]
        tokens.append(
          ModelToken(
            id: model.vocabulary.id(entry), entry: Int32(entry), start: part.lowerBound,
            end: part.upperBound))
      }
    } else if model.unknown >= 0 {
      // Shown as what it covers.
      tokens.append(
        ModelToken(
          id: Int32(model.unknown), entry: -1, start: part.lowerBound, end: part.upperBound))
    }
  }
}
