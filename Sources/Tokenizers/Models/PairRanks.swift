/// Which pairs of tokens are joined, and which of them first.
final class PairRanks: @unchecked Sendable {
  private struct Slot {
    var pair: UInt64
    /// -1 in an empty slot.
    var rank: Int32
  }

  /// What the pair of each rank becomes.
  let results: [Int32]

  // As in `Vocabulary`, nothing is written after `init`.
  private let slots: UnsafeMutableBufferPointer<Slot>
  private let shift: UInt64
  private let seed = ByteHash.seed

  /// Pairs in the order of their ranks. Of equal ones the last counts.
  ///
  /// - Parameters:
  ///   - pairs: the pairs.
  ///   - results: what each becomes.
  init(_ pairs: [(Int32, Int32)], results: [Int32]) {
    self.results = results
    var bits: UInt64 = 4
    while 1 << bits < 2 * pairs.count { bits += 1 }
    shift = 64 - bits
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: Slot(pair: 0, rank: -1))
    for (rank, pair) in pairs.enumerated() {
      let key = PairRanks.key(pair.0, pair.1)
      var place = PairRanks.place(key, seed, shift)
      while slots[place].rank >= 0, slots[place].pair != key {
        place = (place + 1) & (slots.count - 1)
      }
      slots[place] = Slot(pair: key, rank: Int32(rank))
    }
  }

  deinit { slots.deallocate() }

  /// The rank of a pair; -1 if it is not joined.
  @inline(__always)
  func rank(_ left: Int32, _ right: Int32) -> Int32 {
    let key = PairRanks.key(left, right)
    var place = PairRanks.place(key, seed, shift)
    while true {
      let slot = slots[place]
      if slot.rank < 0 || slot.pair == key { return slot.rank }
      place = (place + 1) & (slots.count - 1)
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private static func place(_ key: UInt64, _ seed: UInt64, _ shift: UInt64) -> Int {
    // Two rounds: the halves of a pair lie far from the bits that count in one.
    let mixed = (key ^ seed) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: ((mixed ^ mixed >> 32) &* 0xd6e8_feb8_6659_fd93) >> shift)
  }
}
