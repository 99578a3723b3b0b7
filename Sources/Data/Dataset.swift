import BackpropArrays

/// Examples that are handed out in batches: all that a training loop needs of data.
///
/// One of one's own says how many examples there are and puts a batch together from their positions;
/// what a batch is, is its own affair: pictures with labels, sentences, pairs.
///
/// ```swift
/// struct Sentences: Dataset {
///   let texts: [[Int]]
///   var count: Int { texts.count }
///   func batch(_ positions: [Int]) -> [[Int]] { positions.map { texts[$0] } }
/// }
/// ```
///
/// ``TensorDataset`` and ``ListDataset`` do for tensors and for arrays of anything.
public protocol Dataset<Batch>: Sendable {
  /// A few examples together.
  associatedtype Batch

  /// The number of examples.
  var count: Int { get }

  /// The examples at these positions, from 0 to `count` - 1, in this order.
  ///
  /// Traps where they cannot be read; who reads from files asks a ``source(of:)``, which throws.
  func batch(_ positions: [Int]) -> Batch

  /// Gives the batches of a pass, of which it knows all that will be asked for. By default each is what
  /// `batch(_:)` gives; a data set that reads from files, or changes its examples at random, has a
  /// source of its own.
  func source(of pass: DataPass) -> any BatchSource<Batch>
}

extension Dataset {
  public func source(of pass: DataPass) -> any BatchSource<Batch> {
    BatchesOnDemand(dataset: self, pass: pass)
  }
}

extension Dataset {
  /// The examples in batches of `size`, in order. The last may be smaller.
  ///
  /// Traps if `size` is not positive.
  public func batches(of size: Int) -> Batches<Self> {
    Batches(self, DataPass(count: count, batchSize: size))
  }

  /// The examples in batches of `size`, in an order drawn anew from `random`. The last may be
  /// smaller.
  ///
  /// Traps if `size` is not positive.
  public func batches(of size: Int, shuffledUsing random: inout RandomSource) -> Batches<Self> {
    Batches(self, DataPass(shuffling: count, batchSize: size, using: &random))
  }

  /// The means over all examples of what `measure` says of each batch.
  ///
  /// ```swift
  /// let metrics = validation.means { batch in
  ///   let scores = model(batch.inputs, .inference)
  ///   return ["loss": crossEntropy(logits: scores, targets: batch.targets).item]
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - batchSize: how many examples to look at together.
  ///   - measure: means over the examples of a batch, by name; each batch has the same names.
  public func means(
    batchSize: Int = 1000, of measure: (Batch) throws -> [String: Double]
  ) rethrows -> [String: Double] {
    var sums: [String: Double] = [:]
    for positions in stride(from: 0, to: count, by: max(1, batchSize)) {
      let end = min(positions + max(1, batchSize), count)
      for (name, mean) in try measure(batch(Array(positions..<end))) {
        sums[name, default: 0] += mean * Double(end - positions)
      }
    }
    return sums.mapValues { $0 / Double(count) }
  }
}

/// A data set, a batch at a time. Batches are put together as they are asked for.
public struct Batches<Data: Dataset>: Sequence, Sendable {
  private let dataset: Data
  private let pass: DataPass

  init(_ dataset: Data, _ pass: DataPass) {
    self.dataset = dataset
    self.pass = pass
  }

  /// The number of batches.
  public var count: Int { pass.batchCount }

  /// Batch number `index`. Traps if there is none.
  public subscript(index: Int) -> Data.Batch { dataset.batch(pass.positions(of: index)) }

  /// Walks through the batches in order.
  public struct Iterator: IteratorProtocol {
    let batches: Batches
    var position = 0

    /// The next batch, or `nil` at the end.
    public mutating func next() -> Data.Batch? {
      guard position < batches.count else { return nil }
      defer { position += 1 }
      return batches[position]
    }
  }

  public func makeIterator() -> Iterator { Iterator(batches: self) }
}
