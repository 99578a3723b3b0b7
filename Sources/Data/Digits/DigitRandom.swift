/// SplitMix64: a small generator that is seeded in one step, so that every image can have its own.
///
/// The state is a counter that grows by the golden ratio's odd 64-bit fraction; each output is that
/// counter, mixed. Because the stream of an image depends only on the seed, the split and the
/// image's index, images can be drawn in any order and on any number of threads.
///
/// - SeeAlso: G. Steele, D. Lea, C. Flood, *Fast Splittable Pseudorandom Number Generators*,
///   OOPSLA 2014.
struct DigitRandom {
  private var state: UInt64

  /// The stream of the image `index` of a split.
  ///
  /// Mixing between the three numbers keeps streams apart: without it, (seed, index + 1) would be
  /// (seed, index) advanced by one.
  init(seed: UInt64, split: UInt64, index: Int) {
    var key = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = Self.mix(key ^ (split &* 0xD1B5_4A32_D192_ED03 &+ 0x8CB9_2BA7_2F3D_8DD7))
    state = Self.mix(key &+ UInt64(truncatingIfNeeded: index) &* 0xDB4F_0B91_75AE_2165)
  }

  /// The stream that SplitMix64's reference implementation starts from the same state.
  init(state: UInt64) {
    self.state = state
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number spread evenly over [0, 1).
  mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number spread evenly over the range.
  mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number from 0 to `bound - 1`, each as likely as the next up to `bound / 2^32`.
  mutating func below(_ bound: Int) -> Int {
    Int(((next() >> 32) &* UInt64(bound)) >> 32)
  }

  /// A bell-shaped number with mean 0 and standard deviation 1, never beyond ±3.47.
  ///
  /// It is the sum of four uniform numbers of 16 bits, all cut from one draw. That needs no
  /// logarithm or cosine, which differ in the last bit from one C library to the next; and the
  /// bound on it means that no digit is bent out of all recognition.
  mutating func normal() -> Float {
    let bits = next()
    let sum =
      Int32(truncatingIfNeeded: bits & 0xFFFF)
      + Int32(truncatingIfNeeded: (bits >> 16) & 0xFFFF)
      + Int32(truncatingIfNeeded: (bits >> 32) & 0xFFFF)
      + Int32(truncatingIfNeeded: bits >> 48)
    // Four uniforms over [0, 1) have mean 2 and variance 1/3.
    return (Float(sum) * 0x1p-16 - 2) * 1.732_050_8
  }
}
