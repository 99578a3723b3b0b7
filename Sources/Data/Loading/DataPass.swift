import BackpropArrays

/// One pass over a data set: in which order its examples come, how many together, and what random
/// numbers belong to each batch.
///
/// All of it follows from the seed, the epoch and the place in the pass, so a batch is the same
/// whichever thread puts it together, and when a run is taken up in the middle.
public struct DataPass: Sendable {
  /// The positions of the examples, in the order of the pass.
  public let order: [Int32]
  /// The number of examples in a batch. The last may have fewer.
  public let batchSize: Int
  /// What the random numbers of the run start from.
  public let seed: UInt64
  /// Which pass of the run this is, from 0.
  public let epoch: Int

  /// A pass in a given order.
  ///
  /// Traps if `batchSize` is not positive.
  ///
  /// - Parameters:
  ///   - order: the positions of the examples.
  ///   - batchSize: the number of examples in a batch.
  ///   - seed: what the random numbers of the run start from.
  ///   - epoch: which pass of the run this is.
  public init(order: [Int32], batchSize: Int, seed: UInt64 = 0, epoch: Int = 0) {
    guard batchSize > 0 else {
      fatalError("DataPass: a batch of \(batchSize) examples; it holds one at least")
    }
    self.order = order
    self.batchSize = batchSize
    self.seed = seed
    self.epoch = epoch
  }

  /// A pass over `count` examples in their order.
  ///
  /// - Parameters:
  ///   - count: the number of examples.
  ///   - batchSize: the number of examples in a batch; the last may have fewer.
  ///   - seed: what random numbers of the pass start from.
  ///   - epoch: the number of the pass, from which they follow as well.
  public init(count: Int, batchSize: Int, seed: UInt64 = 0, epoch: Int = 0) {
    self.init(
      order: (0..<Int32(count)).map { $0 }, batchSize: batchSize, seed: seed, epoch: epoch)
  }

  /// A pass over `count` examples in an order drawn anew from `random`.
  ///
  /// - Parameters:
  ///   - count: the number of examples.
  ///   - batchSize: the number of examples in a batch; the last may have fewer.
  ///   - seed: what random numbers of the pass start from.
  ///   - epoch: the number of the pass, from which they follow as well.
  ///   - random: from which the order is drawn.
  public init(
    shuffling count: Int, batchSize: Int, seed: UInt64 = 0, epoch: Int = 0,
    using random: inout RandomSource
  ) {
    self.init(
      order: random.permutation(of: count), batchSize: batchSize, seed: seed, epoch: epoch)
  }

  /// The number of batches.
  public var batchCount: Int { (order.count + batchSize - 1) / batchSize }

  /// The part of the order that makes up batch number `index`. Traps if there is none.
  public func range(of index: Int) -> Range<Int> {
    guard index >= 0, index < batchCount else {
      fatalError("DataPass: batch \(index) of \(batchCount)")
    }
    return index * batchSize..<min((index + 1) * batchSize, order.count)
  }

  /// The positions of the examples of batch number `index`. Traps if there is none.
  public func positions(of index: Int) -> [Int] { order[range(of: index)].map(Int.init) }

  /// Random numbers that belong to batch number `index` of this pass and to no other.
  public func makeRandomSource(forBatch index: Int) -> RandomSource {
    var source = RandomSource(seed: seed, stream: Self.stream)
    for number in [UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(index))] {
      let seed = source.next()
      source = RandomSource(seed: seed, stream: source.next() ^ number)
    }
    return source
  }

  // Apart from the streams that a program gives its own numbers, which are small.
  private static let stream: UInt64 = 0x6461_7461_7061_7373
}
