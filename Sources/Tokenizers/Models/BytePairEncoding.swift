/// Begins with the characters of a piece and joins pairs of tokens that stand side by side, those of
/// the lowest rank first (Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words
/// with Subword Units").
final class BytePairEncoding: TokenModel, Sendable {
  /// How a model differs from the plain one.
  struct Settings: Sendable {
    /// The entry of the unknown token; -1 if there is none: unknown characters are left out.
    var unknown = -1
    /// What stands before a token that goes on in a word.
    var continuationPrefix: [UInt8] = []
    /// What stands after a token that ends a word.
    var endSuffix: [UInt8] = []
    /// Whether unknown characters side by side are one unknown token.
    var fusesUnknown = false
    /// Whether an unknown character becomes tokens of its bytes, as `<0xE2>`.
    var fallsBackToBytes = false
    /// Whether a piece that is a token is that, whatever the pairs say.
    var takesWholePieces = false
  }

  let vocabulary: Vocabulary
  let settings: Settings
  let pairs: PairRanks
  /// The entries of `<0x00>` to `<0xFF>`; -1 for those that are not there.
  let byteEntries: [Int]

  var size: Int { vocabulary.distinctCount }

  /// - Parameters:
  ///   - vocabulary: the tokens.
  ///   - pairs: what is joined.
  ///   - settings: the rest.
  init(_ vocabulary: Vocabulary, pairs: PairRanks, settings: Settings) {
    self.vocabulary = vocabulary
    self.pairs = pairs
    self.settings = settings
    byteEntries = byteTokens().map(vocabulary.entry)
  }

  func makeWorker() -> any ModelWorker { BytePairWorker(self) }
}

/// The tokens `<0x00>` to `<0xFF>`, by which characters without a token are spelled.
func byteTokens() -> [[UInt8]] {
  let digits = Array("0123456789ABCDEF".utf8)
  return (0..<256).map { Array("<0x".utf8) + [digits[$0 >> 4], digits[$0 & 15]] + Array(">".utf8) }
}

/// Joins pairs, on one thread.
final class BytePairWorker: ModelWorker {
  private var cache = PieceCache()
  private var joiner: PieceJoiner

  init(_ model: BytePairEncoding) { joiner = PieceJoiner(model) }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    if joiner.takeWhole(piece, into: &tokens) { return }
    cache.tokenize(piece, into: &tokens) { joiner.tokenize(piece, into: &$0) }
  }
}

/// Joins the pairs of a piece. A value, which its worker holds: each access to a variable of an object
/// is checked as the program runs, and there are several for each character.
private struct PieceJoiner {
  /// A token in a chain of them.
  private struct Symbol {
    var id: Int32
    /// The one before and the one after; -1 at the ends.
    var previous: Int32
    var next: Int32
    /// Its bytes; 0 once it has been joined to the one before.
    var length: Int32
  }

  private let model: BytePairEncoding
  private var symbols: [Symbol] = []
  private var queue = JoinQueue()
  private var text: [UInt8] = []

  init(_ model: BytePairEncoding) { self.model = model }

  /// Appends the token that a piece is, if it is one and whole pieces are taken.
  func takeWhole(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]
  ) -> Bool {
    guard model.settings.takesWholePieces else { return false }
    let entry = model.vocabulary.entry(piece)
    if entry < 0 { return false }
    tokens.append(
      ModelToken(
        id: model.vocabulary.id(entry), entry: Int32(entry), start: 0, end: piece.count))
    return true
  }

  /// Appends the tokens that the characters of a piece become.
  mutating func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]
  ) {
    begin(piece)
    PieceJoiner.join(&symbols, model.pairs, &queue)
    var start = 0
    for symbol in symbols where symbol.length > 0 {
      let end = start + Int(symbol.length)
      tokens.append(
        ModelToken(
          id: symbol.id, entry: Int32(model.vocabulary.entry(ofID: symbol.id)), start: start,
          end: end))
      start = end
    }
  }

  /// Makes a symbol of each character.
  private mutating func begin(_ piece: UnsafeBufferPointer<UInt8>) {
    precondition(piece.count < Int32.max, "a piece of 2 GiB has no place here")
    let settings = model.settings
    let vocabulary = model.vocabulary
    symbols.removeAll(keepingCapacity: true)
    var unknownLength = 0
    var index = 0
    while index < piece.count {
      var end = index + 1
      while end < piece.count, isContinuation(piece[end]) { end += 1 }
      let length = end - index
      let character = UnsafeBufferPointer(rebasing: piece[index..<end])
      let isDecorated =
        index > 0 && !settings.continuationPrefix.isEmpty
        || end == piece.count && !settings.endSuffix.isEmpty
      var entry: Int
      if isDecorated {
        text = index > 0 ? settings.continuationPrefix : []
        text += character
        if end == piece.count { text += settings.endSuffix }
        entry = vocabulary.entry(text)
      } else {
        entry = vocabulary.entry(character)
      }
      index = end
      if entry >= 0 {
        if unknownLength > 0 { append(vocabulary.id(settings.unknown), unknownLength) }
        unknownLength = 0
        append(vocabulary.id(entry), length)
        continue
      }
      if settings.fallsBackToBytes,
        isDecorated ? appendBytes(text) : appendBytes(character)
      {
        continue
      }
      guard settings.unknown >= 0 else { continue }
      if unknownLength > 0, !settings.fusesUnknown {
        append(vocabulary.id(settings.unknown), unknownLength)
        unknownLength = 0
      }
      unknownLength += length
    }
    if unknownLength > 0 { append(vocabulary.id(settings.unknown), unknownLength) }
  }

  /// Appends the tokens of bytes, if all are there.
  private mutating func appendBytes(_ bytes: some Collection<UInt8>) -> Bool {
    for byte in bytes where model.byteEntries[Int(byte)] < 0 { return false }
    for byte in bytes { append(model.vocabulary.id(model.byteEntries[Int(byte)]), 1) }
    return true
  }

  private mutating func append(_ id: Int32, _ length: Int) {
    let index = Int32(symbols.count)
    if index > 0 { symbols[Int(index) - 1].next = index }
    symbols.append(Symbol(id: id, previous: index - 1, next: -1, length: Int32(length)))
  }

  /// Joins pairs until none is left that may be.
  private static func join(
    _ symbols: inout [Symbol], _ pairs: PairRanks, _ queue: inout JoinQueue
  ) {
    if symbols.count < 2 { return }
    queue.removeAll()
    symbols.withUnsafeMutableBufferPointer { symbols in
      for index in 1..<symbols.count {
        let rank = pairs.rank(symbols[index - 1].id, symbols[index].id)
        if rank >= 0 { queue.append(rank: rank, position: index - 1) }
      }
      queue.order()
      while let (rank, position) = queue.popFirst() {
        let left = symbols[position]
        if left.length == 0 || left.next < 0 { continue }
        let right = symbols[Int(left.next)]
        // What stood here when the pair was noted may have been joined to something else since.
        let result = pairs.results[Int(rank)]
        let rankNow = pairs.rank(left.id, right.id)
        if rankNow < 0 || pairs.results[Int(rankNow)] != result { continue }
        symbols[Int(left.next)].length = 0
        symbols[position].id = result
        symbols[position].length += right.length
        symbols[position].next = right.next
        if right.next >= 0 { symbols[Int(right.next)].previous = Int32(position) }
        if left.previous >= 0 {
          let rank = pairs.rank(symbols[Int(left.previous)].id, result)
          if rank >= 0 { queue.insert(rank: rank, position: Int(left.previous)) }
        }
        if right.next >= 0 {
          let rank = pairs.rank(result, symbols[Int(right.next)].id)
          if rank >= 0 { queue.insert(rank: rank, position: position) }
        }
      }
    }
  }
}

/// Pairs that wait to be joined: a heap with the lowest rank first, of equal ones the leftmost.
struct JoinQueue {
  private var heap: [UInt64] = []

  mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

  /// Adds a pair without order; `order()` must follow.
  mutating func append(rank: Int32, position: Int) {
    heap.append(UInt64(UInt32(bitPattern: rank)) << 32 | UInt64(position))
  }

  /// Brings what was appended in order.
  mutating func order() {
    var index = heap.count / 2
    while index > 0 {
      index -= 1
      sink(index)
    }
  }

  /// Adds a pair.
  mutating func insert(rank: Int32, position: Int) {
    append(rank: rank, position: position)
    var index = heap.count - 1
    let key = heap[index]
    while index > 0 {
      let above = (index - 1) / 2
      if heap[above] <= key { break }
      heap[index] = heap[above]
      index = above
    }
    heap[index] = key
  }

  /// Takes the first pair.
  mutating func popFirst() -> (rank: Int32, position: Int)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    return (Int32(bitPattern: UInt32(first >> 32)), Int(first & 0xffff_ffff))
  }

  private mutating func sink(_ start: Int) {
    let count = heap.count
    heap.withUnsafeMutableBufferPointer { heap in
      let key = heap[start]
      var index = start
      while true {
        var below = 2 * index + 1
        if below >= count { break }
        if below + 1 < count, heap[below + 1] < heap[below] { below += 1 }
        if key <= heap[below] { break }
        heap[index] = heap[below]
        index = below
      }
      heap[index] = key
    }
  }
}
