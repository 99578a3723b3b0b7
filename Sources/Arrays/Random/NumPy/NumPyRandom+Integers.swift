/// Integers, orders and choices.
extension NumPyRandom {
  /// One integer of low..<high, all equally likely: `np.random.randint(low, high)`.
  ///
  /// Traps if `low` is not below `high`.
  public mutating func randint(_ low: Int, _ high: Int) -> Int {
    randint(low, high, count: 1)[0]
  }

  /// `count` integers of low..<high, all equally likely: `np.random.randint(low, high, count)`
  /// with NumPy's default type int64.
  ///
  /// Random bits are cut to the smallest 2^b - 1 that holds high - 1 - low, and drawn again while
  /// they exceed it: 32 bits at a time where they suffice, else 64.
  ///
  /// Traps if `low` is not below `high`, or `count` is negative.
  ///
  /// - Parameters:
  ///   - low: the smallest number.
  ///   - high: one more than the largest.
  ///   - count: how many numbers.
  public mutating func randint(_ low: Int, _ high: Int, count: Int) -> [Int] {
    guard low < high else {
      fatalError("NumPyRandom.randint: the range \(low)..<\(high) is empty; low must be below high")
    }
    let largest = UInt64(bitPattern: Int64(high &- 1 &- low))
    return draw(count, for: "randint") { low &+ Int(truncatingIfNeeded: $0.below(largest)) }
  }

  /// Puts the elements into a random order, all orders equally likely (Fisher and Yates):
  /// `np.random.shuffle(array)`. For a matrix kept as an array of rows this shuffles the rows.
  @inlinable
  public mutating func shuffle<Element>(_ array: inout [Element]) {
    let source = array
    array = permutation(source.count).map { source[$0] }
  }

  /// The numbers 0..<n in random order: `np.random.permutation(n)`.
  ///
  /// Traps if `n` is negative.
  public mutating func permutation(_ n: Int) -> [Int] {
    var order = Array(0..<checkedCount(n, for: "permutation"))
    guard n > 1 else { return order }
    for i in stride(from: n - 1, through: 1, by: -1) {
      order.swapAt(i, Int(below(UInt64(i))))
    }
    return order
  }

  /// `size` of the numbers 0..<n: `np.random.choice(n, size, replace, p)`.
  ///
  /// Traps if there are not as many numbers as are to be taken, `size` is negative, or `p` is not a
  /// probability for each number with sum 1.
  ///
  /// - Parameters:
  ///   - n: How many numbers there are to choose from.
  ///   - size: How many to choose; without replacement at most n.
  ///   - replace: Whether a number may be chosen again.
  ///   - p: The probability of each number, with sum 1; nil makes all equally likely. Without
  ///     replacement, at least `size` of them must be above 0.
  public mutating func choice(
    _ n: Int, size: Int, replace: Bool = true, p: [Double]? = nil
  ) -> [Int] {
    let size = checkedCount(size, for: "choice")
    guard n > 0 || (n == 0 && size == 0) else {
      fatalError("NumPyRandom.choice: nothing to choose from, n is \(n); it must be positive")
    }
    guard replace || size <= n else {
      fatalError(
        "NumPyRandom.choice: cannot take \(size) of \(n) without replacement; "
          + "use a smaller size or replace: true")
    }
    if let p {
      checkProbabilities(p, n: n)
      return replace ? weighted(p, size: size) : weightedWithoutReplacement(p, size: size)
    }
    if replace { return size == 0 ? [] : randint(0, n, count: size) }
    return Array(permutation(n).prefix(size))
  }

  /// A number of 0...largest by masked rejection; no bits are drawn when `largest` is 0.
  private mutating func below(_ largest: UInt64) -> UInt64 {
    if largest == 0 { return 0 }
    let mask = UInt64.max >> UInt64(largest.leadingZeroBitCount)
    while true {
      let bits = largest <= 0xffff_ffff ? UInt64(twister.nextWord()) : twister.nextDoubleWord()
      if bits & mask <= largest { return bits & mask }
    }
  }

  private func checkProbabilities(_ p: [Double], n: Int) {
    guard p.count == n else {
      fatalError("NumPyRandom.choice: \(p.count) probabilities for n = \(n); give one for each")
    }
    guard p.allSatisfy({ $0 >= 0 }) else {
      fatalError("NumPyRandom.choice: a probability is negative or NaN")
    }
    let sum = p.reduce(0, +)
    // NumPy's tolerance: the square root of the spacing of doubles at 1.
    guard abs(sum - 1) <= 0x1p-26 else {
      fatalError("NumPyRandom.choice: the probabilities add up to \(sum); divide them by that")
    }
  }

  /// Inverts the cumulative distribution at `size` uniform numbers.
  private mutating func weighted(_ p: [Double], size: Int) -> [Int] {
    let cumulative = cumulativeDistribution(p)
    return random(size).map { firstIndex(in: cumulative, above: $0) }
  }

  /// Draws as many as are missing, keeps the new ones in the order drawn, strikes them out and
  /// goes on, as NumPy does (which is not quite the same as drawing one after the other).
  private mutating func weightedWithoutReplacement(_ p: [Double], size: Int) -> [Int] {
    let possible = p.count { $0 > 0 }
    guard size <= possible else {
      fatalError(
        "NumPyRandom.choice: only \(possible) probabilities are above 0, "
          + "too few to take \(size) without replacement")
    }
    var weights = p
    var chosen: [Int] = []
    while chosen.count < size {
      let uniform = random(size - chosen.count)
      for index in chosen { weights[index] = 0 }
      let cumulative = cumulativeDistribution(weights)
      var isNew = [Bool](repeating: true, count: p.count)
      for number in uniform {
        let index = firstIndex(in: cumulative, above: number)
        if isNew[index] { chosen.append(index) }
        isNew[index] = false
      }
    }
    return chosen
  }

  /// Running sums, divided by the last so that rounding leaves no gap below 1.
  private func cumulativeDistribution(_ weights: [Double]) -> [Double] {
    var sum = 0.0
    let sums = weights.map { weight in
      sum += weight
      return sum
    }
    return sums.map { $0 / sum }
  }

  /// The first index whose cumulative probability exceeds `value`, by bisection.
  private func firstIndex(in cumulative: [Double], above value: Double) -> Int {
    var low = 0
    var high = cumulative.count
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
