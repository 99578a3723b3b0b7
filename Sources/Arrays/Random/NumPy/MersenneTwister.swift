/// The Mersenne Twister MT19937: 624 words of state, 32 random bits a step, period 2^19937 - 1.
///
/// Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: A 623-dimensionally equidistributed
/// uniform pseudorandom number generator", ACM TOMACS 8 (1998); seeding as in the authors'
/// revision of 2002 (`init_genrand`, `init_by_array`).
struct MersenneTwister: Sendable, Equatable {
  /// n of the paper: words of state.
  static let wordCount = 624
  /// m of the paper: how far ahead the recurrence looks.
  private static let offset = 397

  private(set) var words: [UInt32]
  /// Index of the next word to hand out; `wordCount` when all are used up.
  private(set) var position: Int

  init(words: [UInt32], position: Int) {
    self.words = words
    self.position = position
  }

  init(seed: UInt32) {
    var word = seed
    words = [word]
    words.reserveCapacity(Self.wordCount)
    for index in 1..<UInt32(Self.wordCount) {
      word = 1_812_433_253 &* (word ^ (word >> 30)) &+ index
      words.append(word)
    }
    position = Self.wordCount
  }

  /// Mixes every word of `seed` into the whole state; `seed` must not be empty.
  init(seed: [UInt32]) {
    self.init(seed: 19_650_218)
    let last = Self.wordCount - 1
    var i = 1
    var j = 0
    for _ in 0..<max(Self.wordCount, seed.count) {
      let mixed = (words[i - 1] ^ (words[i - 1] >> 30)) &* 1_664_525
      words[i] = (words[i] ^ mixed) &+ seed[j] &+ UInt32(truncatingIfNeeded: j)
      advance(&i, last: last)
      j = j + 1 == seed.count ? 0 : j + 1
    }
    for _ in 0..<last {
      let mixed = (words[i - 1] ^ (words[i - 1] >> 30)) &* 1_566_083_941
      words[i] = (words[i] ^ mixed) &- UInt32(truncatingIfNeeded: i)
      advance(&i, last: last)
    }
    // The top bit alone of word 0 counts; setting it rules out the state of all zeros.
    words[0] = 0x8000_0000
  }

  /// Steps through 1...last; word 0 carries the last word into the next round.
  private mutating func advance(_ i: inout Int, last: Int) {
    if i == last {
      words[0] = words[last]
      i = 1
    } else {
      i += 1
    }
  }

  /// 32 random bits.
  mutating func nextWord() -> UInt32 {
    if position == Self.wordCount { regenerate() }
    var y = words[position]
    position += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    y ^= y >> 18
    return y
  }

  /// 64 random bits, the high word drawn first.
  mutating func nextDoubleWord() -> UInt64 {
    let high = UInt64(nextWord())
    return high << 32 | UInt64(nextWord())
  }

  /// A multiple of 2^-53 in [0, 1), from 27 and 26 bits of two words.
  mutating func nextDouble() -> Double {
    let high = Double(nextWord() >> 5)
    let low = Double(nextWord() >> 6)
    return (high * 0x1p26 + low) * 0x1p-53
  }

  /// Applies the recurrence to all words at once.
  private mutating func regenerate() {
    words.withUnsafeMutableBufferPointer { words in
      let n = Self.wordCount
      func twist(_ i: Int, _ next: Int, _ ahead: Int) {
        let y = (words[i] & 0x8000_0000) | (words[next] & 0x7fff_ffff)
        words[i] = words[ahead] ^ (y >> 1) ^ (0 &- (y & 1)) & 0x9908_b0df
      }
      for i in 0..<n - Self.offset { twist(i, i + 1, i + Self.offset) }
      for i in n - Self.offset..<n - 1 { twist(i, i + 1, i + Self.offset - n) }
      twist(n - 1, 0, Self.offset - 1)
    }
    position = 0
  }
}
