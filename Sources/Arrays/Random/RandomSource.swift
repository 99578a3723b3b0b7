/// A fast random generator whose whole state is a seed, a stream and a place in that stream.
///
/// ```swift
/// var random = RandomSource(seed: 0)
/// let x = random.uniform()              // [0, 1)
/// let z = random.normal()               // mean 0, standard deviation 1
/// let order = random.permutation(of: 60_000)
/// var child = random.split()            // an independent generator, for another task
/// ```
///
/// It is Philox4x32-10: block number i of four 32-bit words is a scrambling of i under the seed, so
/// the source is an endless list of words, of which it knows the next one's place. Every method
/// takes the next words, a number that its documentation states, and no more. The same seed gives
/// the same numbers on every platform, and a large fill gives the same bits however it is computed.
/// The list has 2^66 words, then it starts over.
///
/// The source is a value: a copy repeats the numbers of the original. Where two parts of a program
/// need numbers of their own, give them a ``split()`` each or pass one source `inout`. It is not
/// meant for cryptography.
///
/// Source: J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC11 (2011).
public struct RandomSource: RandomNumberGenerator, Sendable {
  /// The key: sources of different seeds have nothing in common.
  public let seed: UInt64
  /// Which of the 2^64 lists of words under this seed.
  public let stream: UInt64
  /// Number of the next block to compute.
  private(set) var counter: UInt64 = 0
  /// The block before `counter`, of which the last `unused` words are still to come.
  private var block = SIMD4<UInt32>()
  /// Words of `block` not yet handed out, 0...3.
  private(set) var unused = 0

  /// The beginning of list `stream` under `seed`.
  ///
  /// - Parameters:
  ///   - seed: Any number; different seeds give unrelated numbers.
  ///   - stream: Any number; for parts of a program, such as the workers of a run, that share a
  ///     seed and need numbers of their own.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next word of the list.
  mutating func nextWord() -> UInt32 {
    if unused == 0 {
      block = philoxBlock(key: seed, stream: stream, counter: counter)
      counter &+= 1
      unused = 4
    }
    let word = block[4 - unused]
    unused -= 1
    return word
  }

  /// 64 random bits; takes two words, the low one first.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// A generator with a stream of its own, determined by the state of this one; takes four words.
  ///
  /// These words become the child's seed and stream. Two generators made so, or by splitting again
  /// and again, meet with a probability of about 2^-128.
  public mutating func split() -> RandomSource {
    let seed = next()
    return RandomSource(seed: seed, stream: next())
  }

  /// A number of the uniform distribution on [0, 1), a multiple of 2^-53; takes two words.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number of the normal distribution; takes four words.
  ///
  /// The first of a pair by Box and Muller: √(-2 ln u) cos 2πt with u uniform in (0, 1] and t in
  /// [0, 1). The second is not kept, so that the state stays a place in the list; where speed
  /// counts, fill a buffer.
  public mutating func normal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
    let radius = next()
    return mean + standardDeviation * boxMuller(radius, next()).0
  }

  /// A number of 0..<n, all equally likely; takes one word, and another one with a probability of
  /// less than n / 2^32.
  ///
  /// Source: D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29 (2019).
  ///
  /// Traps if `n` is 0.
  public mutating func below(_ n: UInt32) -> UInt32 {
    guard n > 0 else { fatalError("RandomSource.below: no number is below 0; n must be positive") }
    return lemire(n) { nextWord() }
  }

  /// Writes the next `count` words.
  mutating func take(_ count: Int, into out: UnsafeMutablePointer<UInt32>) {
    var done = 0
    while done < count && unused > 0 {
      out[done] = nextWord()
      done += 1
    }
    let blocks = (count - done) / 4
    philoxWords(key: seed, stream: stream, counter: counter, blocks: blocks, into: out + done)
    counter &+= UInt64(blocks)
    done += 4 * blocks
    while done < count {
      out[done] = nextWord()
      done += 1
    }
  }

  /// Steps over `count` words without computing them.
  mutating func skip(_ count: Int) {
    let fromBlock = min(count, unused)
    unused -= fromBlock
    let rest = count - fromBlock
    counter &+= UInt64(rest / 4)
    for _ in 0..<rest % 4 { _ = nextWord() }
  }
}

/// Equal sources give equal numbers from here on.
extension RandomSource: Equatable {
  /// Whether seed, stream and place agree.
  public static func == (a: RandomSource, b: RandomSource) -> Bool {
    (a.seed, a.stream, a.counter, a.unused) == (b.seed, b.stream, b.counter, b.unused)
  }
}

/// Saved as seed, stream, the number of the next block, and how many words of the one before are
/// still unused.
extension RandomSource: Codable {
  private enum CodingKeys: String, CodingKey {
    case seed, stream, counter, unused
  }

  /// Reads a saved state; throws `DecodingError.dataCorrupted` if `unused` is not in 0...3.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seed = try container.decode(UInt64.self, forKey: .seed)
    stream = try container.decode(UInt64.self, forKey: .stream)
    counter = try container.decode(UInt64.self, forKey: .counter)
    unused = try container.decode(Int.self, forKey: .unused)
    guard (0...3).contains(unused) else {
      throw DecodingError.dataCorruptedError(
        forKey: .unused, in: container,
        debugDescription: "RandomSource: unused is \(unused), expected 0...3; "
          + "the state is damaged, start again from a seed")
    }
    if unused > 0 { block = philoxBlock(key: seed, stream: stream, counter: counter &- 1) }
  }

  /// Writes the state.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(stream, forKey: .stream)
    try container.encode(counter, forKey: .counter)
    try container.encode(unused, forKey: .unused)
  }
}

/// Lemire's method: the high half of word × n is the number, unless the low half falls below
/// 2^32 mod n, which would make some numbers likelier than others.
@inline(__always)
func lemire(_ n: UInt32, _ nextWord: () -> UInt32) -> UInt32 {
  var product = UInt64(nextWord()) &* UInt64(n)
  if UInt32(truncatingIfNeeded: product) < n {
    let threshold = (0 &- n) % n
    while UInt32(truncatingIfNeeded: product) < threshold {
      product = UInt64(nextWord()) &* UInt64(n)
    }
  }
  return UInt32(truncatingIfNeeded: product >> 32)
}
