import BackpropArrays

/// The positions of examples, dealt out in parts at random: what splits and folds of data sets are made
/// of, whatever the examples are.
///
/// Examples are put in order by class, those of a class shuffled, and dealt from this row at even
/// distances. So the parts have the sizes that they should have to the last example, and each part
/// has its share of each class as nearly as whole examples allow. Without classes all are of one.
public struct ExamplePositions: Sendable {
  /// The number of examples.
  public let count: Int

  /// The positions from 0 to `count` - 1.
  ///
  /// Traps if there are more than 2³¹ - 1.
  public init(count: Int) {
    guard count >= 0, count <= Int(Int32.max) else {
      fatalError("ExamplePositions: \(count) examples; there may be \(Int32.max)")
    }
    self.count = count
  }

  /// Parts whose sizes stand to each other as these shares, each example in one part.
  ///
  /// A part has its share of all examples, rounded; but a share above 0 gets one example at least, as long
  /// as there are enough. Of each class, a part has its share, rounded up or down.
  ///
  /// Traps if a share is negative or not finite, all are 0, or there are not as many labels as examples.
  ///
  /// - Parameters:
  ///   - shares: how large the parts are beside each other: [0.8, 0.2] is [4, 1].
  ///   - labels: a number for each example, its class.
  ///   - seed: what the parts are drawn from.
  /// - Returns: for each part its positions, in ascending order.
  public func split(
    _ shares: [Double], stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0
  ) -> [[Int32]] {
    let total = shares.reduce(0, +)
    guard shares.allSatisfy({ $0 >= 0 && $0.isFinite }), total > 0, total.isFinite else {
      fatalError("split: the shares \(shares); they are 0 or more, and one of them above 0")
    }
    var random = Self.random(seed)
    var rest = row(labels, &random)
    var parts = [[Int32]](repeating: [], count: shares.count)
    // The last part first, out of all; then the one before, out of what is left.
    for part in shares.indices.dropFirst().reversed() {
      let left = shares[...part].reduce(0, +)
      let before = shares[..<part].count { $0 > 0 }
      var size = left > 0 ? Int((Double(rest.count) * shares[part] / left).rounded()) : 0
      if shares[part] > 0 {
        size = min(max(size, 1), max(0, rest.count - before))
      }
      (parts[part], rest) = deal(size, from: rest, &random)
    }
    if !parts.isEmpty { parts[0] = rest }
    return parts.map { $0.sorted() }
  }

  /// Folds for cross-validation, of sizes that differ by one at most, each example in one fold. Of each
  /// class the folds have as many, but for one.
  ///
  /// Traps if there are fewer than two folds or more folds than examples, or not as many labels as
  /// examples.
  ///
  /// - Parameters:
  ///   - folds: the number of folds.
  ///   - labels: a number for each example, its class.
  ///   - seed: what the folds are drawn from.
  /// - Returns: for each fold its positions, in ascending order.
  public func folds(
    _ folds: Int, stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0
  ) -> [[Int32]] {
    guard folds >= 2, folds <= count else {
      fatalError("folds: \(folds) folds of \(count) examples; 2 or more, and an example for each")
    }
    var random = Self.random(seed)
    var parts = [[Int32]](repeating: [], count: folds)
    for (index, position) in row(labels, &random).enumerated() {
      parts[index % folds].append(position)
    }
    return parts.map { $0.sorted() }
  }

  /// All positions by class, those of a class in a random order.
  private func row(_ labels: [Int]?, _ random: inout RandomSource) -> [Int32] {
    let shuffled = random.permutation(of: count)
    guard let labels else { return shuffled }
    guard labels.count == count else {
      fatalError("split: \(labels.count) labels for \(count) examples")
    }
    var classes: [Int: [Int32]] = [:]
    for position in shuffled { classes[labels[Int(position)], default: []].append(position) }
    return classes.keys.sorted().flatMap { classes[$0]! }
  }

  /// Takes `size` positions out of a row at even distances, from a random place on.
  private func deal(
    _ size: Int, from row: [Int32], _ random: inout RandomSource
  ) -> (dealt: [Int32], rest: [Int32]) {
    if row.isEmpty { return ([], []) }
    var (dealt, rest): ([Int32], [Int32]) = ([], [])
    dealt.reserveCapacity(size)
    rest.reserveCapacity(row.count - size)
    var place = Int(random.below(UInt32(row.count)))
    for position in row {
      place += size
      if place >= row.count {
        place -= row.count
        dealt.append(position)
      } else {
        rest.append(position)
      }
    }
    return (dealt, rest)
  }

  // Apart from the streams that a program gives its own numbers, which are small.
  private static func random(_ seed: UInt64) -> RandomSource {
    RandomSource(seed: seed, stream: 0x7370_6c69_7453_6574)
  }
}
