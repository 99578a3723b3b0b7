#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// NumPy's legacy random generator, number for number: after `NumPyRandom(seed: n)` each method
/// returns what the NumPy function of the same name returns after `np.random.seed(n)`, so that a
/// notebook can be reproduced digit for digit.
///
/// ```swift
/// var random = NumPyRandom(seed: 42)
/// random.random(3)            // [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]
/// random.randn(2)             // np.random.randn(2)
/// random.randint(0, 10, count: 5)
/// ```
///
/// The stream is that of `numpy.random.RandomState`, which NumPy promises never to change (NEP 19):
/// the Mersenne Twister MT19937, 53-bit uniform numbers, normal numbers by the polar method with a
/// cached second value, integers by masked rejection. Normal numbers go through the platform's
/// `log`, hence may differ in the last bit on a system whose C library rounds it differently.
///
/// For new work prefer ``RandomSource``: it is faster, splits into independent streams, and its
/// state is three words instead of 624.
///
/// A misuse, such as an empty range, stops the program with an explanation. The state is a value:
/// a copy continues on its own, and ``state`` can be saved in a checkpoint and restored.
public struct NumPyRandom: RandomNumberGenerator, Sendable, Equatable {
  var twister: MersenneTwister
  /// The second number of the last pair drawn by the polar method, while not yet handed out.
  var cachedGaussian: Double?

  /// The generator that `np.random.seed(seed)` or `np.random.RandomState(seed)` gives.
  public init(seed: UInt32) {
    twister = MersenneTwister(seed: seed)
  }

  /// The generator that `np.random.seed([…])` gives. `[n]` is a different seed from `n`.
  ///
  /// Traps if the array is empty.
  public init(seed: [UInt32]) {
    guard !seed.isEmpty else {
      fatalError("NumPyRandom: the seed is an empty array; give at least one number")
    }
    twister = MersenneTwister(seed: seed)
  }

  /// 64 random bits: two words of the Mersenne Twister, the first one high. With this, anything
  /// in Swift that takes a random number generator can draw from the same stream.
  public mutating func next() -> UInt64 {
    twister.nextDoubleWord()
  }

  /// One number of the uniform distribution on [0, 1), a multiple of 2^-53: `np.random.random()`.
  public mutating func random() -> Double {
    twister.nextDouble()
  }

  /// `count` numbers of the uniform distribution on [0, 1): `np.random.random(count)`, the same
  /// as `np.random.rand(count)` and `np.random.random_sample(count)`.
  ///
  /// Traps if `count` is negative.
  public mutating func random(_ count: Int) -> [Double] {
    draw(count, for: "random") { $0.twister.nextDouble() }
  }

  /// One number of the uniform distribution on [low, high): low + (high - low) u.
  ///
  /// Traps if the range has no finite width.
  public mutating func uniform(_ low: Double = 0, _ high: Double = 1) -> Double {
    uniform(low, high, count: 1)[0]
  }

  /// `count` numbers of the uniform distribution on [low, high): `np.random.uniform(low, high,
  /// count)`, which is low + (high - low) u. Rounding may give `high` itself, as in NumPy.
  ///
  /// Traps if the range has no finite width, or `count` is negative.
  ///
  /// - Parameters:
  ///   - low: where the range begins.
  ///   - high: where it ends.
  ///   - count: how many numbers.
  public mutating func uniform(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let width = high - low
    guard width.isFinite else {
      fatalError("NumPyRandom.uniform: the range from \(low) to \(high) has no finite width")
    }
    return draw(count, for: "uniform") { low + width * $0.twister.nextDouble() }
  }

  /// One number of the standard normal distribution: `np.random.randn()`.
  ///
  /// Marsaglia's polar method: a point (x, y) uniform in the unit disc, r² = x² + y²; then
  /// y √(-2 ln r² / r²) is returned and x √(-2 ln r² / r²) kept for the next call.
  public mutating func randn() -> Double {
    if let cached = cachedGaussian {
      cachedGaussian = nil
      return cached
    }
    while true {
      let x = 2 * twister.nextDouble() - 1
      let y = 2 * twister.nextDouble() - 1
      let square = x * x + y * y
      if square < 1 && square != 0 {
        let factor = (-2 * log(square) / square).squareRoot()
        cachedGaussian = factor * x
        return factor * y
      }
    }
  }

  /// `count` numbers of the standard normal distribution: `np.random.randn(count)`, the same as
  /// `np.random.standard_normal(count)`. For a matrix, draw rows × columns numbers.
  ///
  /// Traps if `count` is negative.
  public mutating func randn(_ count: Int) -> [Double] {
    draw(count, for: "randn") { $0.randn() }
  }

  /// One number of the normal distribution: mean + standardDeviation · z.
  ///
  /// Traps if the standard deviation is negative.
  public mutating func normal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
    normal(mean: mean, standardDeviation: standardDeviation, count: 1)[0]
  }

  /// `count` numbers of the normal distribution: `np.random.normal(mean, standardDeviation,
  /// count)`, which is mean + standardDeviation · z with z as of ``randn()``.
  ///
  /// Traps if `standardDeviation` or `count` is negative.
  ///
  /// - Parameters:
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: its standard deviation.
  ///   - count: how many numbers.
  public mutating func normal(mean: Double, standardDeviation: Double, count: Int) -> [Double] {
    guard standardDeviation >= 0 else {
      fatalError(
        "NumPyRandom.normal: the standard deviation is \(standardDeviation); it must not be "
          + "negative")
    }
    return draw(count, for: "normal") { mean + standardDeviation * $0.randn() }
  }

  /// `count`, or the end of the program in the name of the method `name` when it is negative.
  func checkedCount(_ count: Int, for name: String) -> Int {
    guard count >= 0 else {
      fatalError("NumPyRandom.\(name): asked for \(count) numbers; the count must not be negative")
    }
    return count
  }

  /// `count` results of `body`, in order.
  @inline(__always)
  mutating func draw<Number>(
    _ count: Int, for name: String, _ body: (inout NumPyRandom) -> Number
  ) -> [Number] {
    var numbers: [Number] = []
    numbers.reserveCapacity(checkedCount(count, for: name))
    for _ in 0..<count { numbers.append(body(&self)) }
    return numbers
  }
}
