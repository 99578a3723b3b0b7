/// Some of the examples of another data set, as a view: nothing is copied.
///
/// ```swift
/// let small = train.subset(0..<1000)
/// let odd = train.subset(stride(from: 1, to: train.count, by: 2))
/// ```
public struct SubsetDataset<Base: Dataset>: Dataset {
  /// Where the examples come from.
  public let base: Base
  /// Where they are in it, in the order in which they are handed out.
  public let positions: [Int32]

  /// The examples of `base` at these positions.
  ///
  /// Traps if there is no example at one of them.
  public init(_ base: Base, positions: [Int32]) {
    if let wrong = positions.first(where: { $0 < 0 || Int($0) >= base.count }) {
      fatalError("SubsetDataset: position \(wrong) in a data set of \(base.count) examples")
    }
    self.base = base
    self.positions = positions
  }

  public var count: Int { positions.count }

  public func batch(_ positions: [Int]) -> Base.Batch {
    base.batch(positions.map { Int(self.positions[$0]) })
  }

  /// The base's source, so that what is loaded ahead or changed at random still is.
  public func source(of pass: DataPass) -> any BatchSource<Base.Batch> {
    base.source(
      of: DataPass(
        order: pass.order.map { positions[Int($0)] }, batchSize: pass.batchSize, seed: pass.seed,
        epoch: pass.epoch))
  }
}

extension Dataset {
  /// Some of the examples, in this order, as a view.
  ///
  /// Traps if there is no example at one of the positions.
  public func subset(_ positions: some Sequence<Int>) -> SubsetDataset<Self> {
    SubsetDataset(self, positions: positions.map(Int32.init))
  }

  /// The examples in parts, drawn at random: training, validation, test.
  ///
  /// ```swift
  /// let parts = data.split([0.7, 0.15, 0.15], seed: 1)
  /// ```
  ///
  /// The same seed gives the same parts. Each example is in one of them, in the order of the data; see
  /// ``ExamplePositions/split(_:stratifiedBy:seed:)`` for how many are in which.
  ///
  /// - Parameters:
  ///   - shares: how large the parts are beside each other.
  ///   - labels: a number for each example, its class; each part then has its share of each class.
  ///   - seed: what the parts are drawn from.
  /// - Returns: as many views as there are shares.
  public func split(
    _ shares: [Double], stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0
  ) -> [SubsetDataset<Self>] {
    ExamplePositions(count: count).split(shares, stratifiedBy: labels, seed: seed).map {
      SubsetDataset(self, positions: $0)
    }
  }

  /// The examples in two parts, drawn at random: those to train with, and those that are kept back to
  /// judge by while training.
  ///
  /// ```swift
  /// let (train, validation) = data.split(validation: 0.1, stratifiedBy: data.classes)
  /// ```
  ///
  /// - Parameters:
  ///   - share: how large a part is kept back, from 0 to 1.
  ///   - labels: a number for each example, its class; both parts then have each class in proportion.
  ///   - seed: what the parts are drawn from.
  public func split(
    validation share: Double, stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0
  ) -> (train: SubsetDataset<Self>, validation: SubsetDataset<Self>) {
    guard (0...1).contains(share) else {
      fatalError("split: a share of \(share) for validation; it is from 0 to 1")
    }
    let parts = split([1 - share, share], stratifiedBy: labels, seed: seed)
    return (parts[0], parts[1])
  }

  /// The examples in `count` folds for cross-validation, of sizes that differ by one at most, drawn at
  /// random: of each fold, all other examples to train with, and its own to judge by.
  ///
  /// - Parameters:
  ///   - count: the number of folds, 2 or more and at most the number of examples.
  ///   - labels: a number for each example, its class; the folds then have as many of each class, but
  ///     for one.
  ///   - seed: what the folds are drawn from.
  public func folds(
    _ count: Int, stratifiedBy labels: [Int]? = nil, seed: UInt64 = 0
  ) -> [(train: SubsetDataset<Self>, validation: SubsetDataset<Self>)] {
    let folds = ExamplePositions(count: self.count).folds(count, stratifiedBy: labels, seed: seed)
    return folds.map { fold in
      var isOfFold = [Bool](repeating: false, count: self.count)
      for position in fold { isOfFold[Int(position)] = true }
      let others = (0..<Int32(self.count)).filter { !isOfFold[Int($0)] }
      return (SubsetDataset(self, positions: others), SubsetDataset(self, positions: fold))
    }
  }
}

extension ImageDataset {
  /// The class of each picture, as ``Dataset/split(validation:stratifiedBy:seed:)`` takes it.
  public var classes: [Int] { labels.scalars(as: Int32.self).map(Int.init) }
}
