/// Many numbers at once.
extension RandomSource {
  /// Words computed at a time: few enough to stay in the first-level cache.
  private static let chunk = 1024

  /// Fills with numbers of the uniform distribution on `range`: low + (high - low) u, u a multiple
  /// of 2^-24 in [0, 1). Takes one word a number. A sum that rounds up to high becomes the number
  /// below it; an empty range gives its bound.
  ///
  /// Traps if the width of the range is not finite.
  public mutating func fillUniform(
    _ buffer: UnsafeMutableBufferPointer<Float>, in range: Range<Float> = 0..<1
  ) {
    let low = range.lowerBound
    let width = range.upperBound - low
    guard width.isFinite else { Self.failForWidth("\(range)") }
    let last = max(low, range.upperBound.nextDown)
    forEachChunk(of: buffer.count, words: 1) { words, start, count in
      let out = buffer.baseAddress! + start
      for i in 0..<count {
        let u = Float(Int32(bitPattern: words[i] >> 8)) * 0x1p-24
        let value = low + width * u
        out[i] = value < last ? value : last
      }
    }
  }

  /// Fills with numbers of the uniform distribution on `range`: low + (high - low) u, u a multiple
  /// of 2^-53 in [0, 1) as of ``uniform()``. Takes two words a number. A sum that rounds up to
  /// high becomes the number below it; an empty range gives its bound.
  ///
  /// Traps if the width of the range is not finite.
  public mutating func fillUniform(
    _ buffer: UnsafeMutableBufferPointer<Double>, in range: Range<Double> = 0..<1
  ) {
    let low = range.lowerBound
    let width = range.upperBound - low
    guard width.isFinite else { Self.failForWidth("\(range)") }
    let last = max(low, range.upperBound.nextDown)
    forEachChunk(of: buffer.count, words: 2) { words, start, count in
      let out = buffer.baseAddress! + start
      for i in 0..<count {
        let bits = UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i])
        let u = Double(Int64(bitPattern: bits >> 11)) * 0x1p-53
        let value = low + width * u
        out[i] = value < last ? value : last
      }
    }
  }

  /// Fills with numbers of the normal distribution: mean + standardDeviation · z, the z in pairs by
  /// Box and Muller, √(-2 ln u) cos 2πt and √(-2 ln u) sin 2πt with 31 random bits in u and 32 in
  /// t. Takes two words a pair; of the last pair for an odd count the second is dropped.
  ///
  /// - Parameters:
  ///   - buffer: what to fill.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: its standard deviation.
  public mutating func fillNormal(
    _ buffer: UnsafeMutableBufferPointer<Float>, mean: Float = 0, standardDeviation: Float = 1
  ) {
    let count = buffer.count
    forEachChunk(of: (count + 1) / 2, words: 2) { words, start, pairs in
      let out = buffer.baseAddress! + 2 * start
      let whole = min(pairs, count / 2 - start)
      for i in 0..<whole {
        let (x, y) = boxMuller(words[2 * i], words[2 * i + 1])
        out[2 * i] = mean + standardDeviation * x
        out[2 * i + 1] = mean + standardDeviation * y
      }
      if whole < pairs {
        out[2 * whole] =
          mean + standardDeviation * boxMuller(words[2 * whole], words[2 * whole + 1]).0
      }
    }
  }

  /// Fills with numbers of the normal distribution: mean + standardDeviation · z, the z in pairs by
  /// Box and Muller, √(-2 ln u) cos 2πt and √(-2 ln u) sin 2πt with 53 random bits in u and 64 in
  /// t. Takes four words a pair; of the last pair for an odd count the second is dropped.
  ///
  /// - Parameters:
  ///   - buffer: what to fill.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: its standard deviation.
  public mutating func fillNormal(
    _ buffer: UnsafeMutableBufferPointer<Double>, mean: Double = 0, standardDeviation: Double = 1
  ) {
    let count = buffer.count
    forEachChunk(of: (count + 1) / 2, words: 4) { words, start, pairs in
      let out = buffer.baseAddress! + 2 * start
      for i in 0..<pairs {
        let word = words + 4 * i
        let (x, y) = boxMuller(
          UInt64(word[1]) << 32 | UInt64(word[0]), UInt64(word[3]) << 32 | UInt64(word[2]))
        out[2 * i] = mean + standardDeviation * x
        if 2 * (start + i) + 1 < count { out[2 * i + 1] = mean + standardDeviation * y }
      }
    }
  }

  /// The numbers 0..<n in random order, all orders equally likely: Fisher and Yates's shuffle from
  /// the last place to the second, with an index as of ``below(_:)`` for each place. Takes n - 1
  /// words, rarely a few more.
  ///
  /// Traps if `n` is negative or larger than an `Int32` holds.
  public mutating func permutation(of n: Int) -> [Int32] {
    guard (0...Int(Int32.max)).contains(n) else {
      fatalError("RandomSource.permutation: n is \(n); it must be in 0...\(Int32.max)")
    }
    return [Int32](unsafeUninitializedCapacity: n) { order, count in
      for i in 0..<n { order[i] = Int32(truncatingIfNeeded: i) }
      count = n
      guard n > 1 else { return }
      let base = order.baseAddress!
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.chunk) { words in
        let chunk = words.baseAddress!
        var ahead = self
        var filled = 0
        var used = 0
        var i = n - 1
        while i > 0 {
          let j = lemire(UInt32(truncatingIfNeeded: i + 1)) {
            if used == filled {
              // Here all words computed ahead are used, so this is where the list stands.
              self = ahead
              filled = min(Self.chunk, i)
              ahead.take(filled, into: chunk)
              used = 0
            }
            used += 1
            return chunk[used - 1]
          }
          let other = Int(j)
          (base[i], base[other]) = (base[other], base[i])
          i -= 1
        }
        skip(used)
      }
    }
  }

  /// Computes the words for `count` items, `words` each, and hands them over piece by piece with
  /// the number of the first item and how many there are.
  @inline(__always)
  private mutating func forEachChunk(
    of count: Int, words: Int,
    _ body: (_ words: UnsafeMutablePointer<UInt32>, _ start: Int, _ count: Int) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.chunk) { buffer in
      let pointer = buffer.baseAddress!
      var start = 0
      while start < count {
        let piece = min(count - start, Self.chunk / words)
        take(piece * words, into: pointer)
        body(pointer, start, piece)
        start += piece
      }
    }
  }

  private static func failForWidth(_ range: String) -> Never {
    fatalError("RandomSource.fillUniform: the range \(range) has no finite width")
  }
}
