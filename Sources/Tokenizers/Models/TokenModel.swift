/// A token that a model found in a piece of text.
struct ModelToken: Sendable, Hashable {
  /// Its number.
  var id: Int32
  /// Which entry of the vocabulary says how it is shown; -1 if it is shown as the text it covers.
  var entry: Int32
  /// Its first byte in the piece.
  var start: Int
  /// The byte after its last.
  var end: Int
}

/// What makes tokens of pieces of text.
protocol TokenModel: Sendable {
  /// The tokens it knows.
  var vocabulary: Vocabulary { get }

  /// How many tokens it has, as the reference counts them.
  var size: Int { get }

  /// Something that does the work on one thread, and may remember what it found.
  func makeWorker() -> any ModelWorker
}

/// A model at work, on one thread.
protocol ModelWorker: AnyObject {
  /// Appends the tokens of a piece, which is not empty.
  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken])
}

/// The tokens of pieces that came before: most words of a text come again.
struct PieceCache {
  private struct Slot {
    var hash: UInt64
    var keyStart: Int32
    var keyCount: Int32
    var tokensStart: Int32
    /// -1 in an empty slot.
    var tokensCount: Int32
  }

  /// Longer pieces are not kept, and no more than this many.
  private static let (longest, most) = (128, 32_768)

  private var slots: [Slot] = []
  private var count = 0
  private var keys: [UInt8] = []
  private var tokens: [ModelToken] = []
  private let seed = ByteHash.seed

  /// Appends the tokens of a piece: those that are kept, or else what `compute` appends.
  @inline(__always)
  mutating func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into result: inout [ModelToken],
    _ compute: (inout [ModelToken]) -> Void
  ) {
    if piece.count > PieceCache.longest { return compute(&result) }
    let hash = ByteHash.of(piece, seed: seed)
    if slots.isEmpty { grow(to: 64) }
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place].tokensCount >= 0 {
      let slot = slots[place]
      if slot.hash == hash, Int(slot.keyCount) == piece.count,
        keys.withUnsafeBufferPointer({
          sameBytes($0.baseAddress! + Int(slot.keyStart), piece.baseAddress!, count: piece.count)
        })
      {
        let start = Int(slot.tokensStart)
        for index in start..<start + Int(slot.tokensCount) { result.append(tokens[index]) }
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
    let before = result.count
    compute(&result)
    if count == PieceCache.most { return }
    slots[place] = Slot(
      hash: hash, keyStart: Int32(keys.count), keyCount: Int32(piece.count),
      tokensStart: Int32(tokens.count), tokensCount: Int32(result.count - before))
    keys.append(contentsOf: piece)
    tokens.append(contentsOf: result[before...])
    count += 1
    if 2 * count > slots.count { grow(to: 2 * slots.count) }
  }

  private mutating func grow(to size: Int) {
    let old = slots
    slots = Array(
      repeating: Slot(hash: 0, keyStart: 0, keyCount: 0, tokensStart: 0, tokensCount: -1),
      count: size)
    for slot in old where slot.tokensCount >= 0 {
      var place = Int(truncatingIfNeeded: slot.hash) & (size - 1)
      while slots[place].tokensCount >= 0 { place = (place + 1) & (size - 1) }
      slots[place] = slot
    }
  }
}
