/// One picture of a data set, as it is written in one word: `mnist:test:17`.
///
/// ```swift
/// let picture = try DatasetReference("digits:test:17")!.load()
/// ```
public struct DatasetReference: Hashable, Sendable, CustomStringConvertible {
  /// The data set.
  public let dataset: KnownDataset
  /// The part of it.
  public let split: DatasetSplit
  /// The position in that part, from 0.
  public let index: Int

  /// Reads `dataset:split:index`; `nil` for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let dataset = KnownDataset(rawValue: parts[0]),
      let split = DatasetSplit(rawValue: parts[1]), let index = Int(parts[2]), index >= 0
    else { return nil }
    (self.dataset, self.split, self.index) = (dataset, split, index)
  }

  public var description: String { "\(dataset.rawValue):\(split.rawValue):\(index)" }

  /// The picture, as a data set of one.
  ///
  /// - Parameter dataFolder: the only data folder to look in; `nil` for `$BACKPROP_DATA` and the cache.
  /// - Throws: `MissingExample` if the split ends before; what `KnownDataset.load` throws.
  public func load(dataFolder: String? = nil) throws -> ImageDataset {
    if dataset == .digits {
      // A shorter set of digits is the beginning of a longer one: only so many need be drawn.
      try require(Digits.count(of: split))
      return Digits.draw(split, count: index + 1).subset(index..<index + 1)
    }
    let all = try dataset.load(split, dataFolder: dataFolder)
    try require(all.count)
    return all.subset(index..<index + 1)
  }

  private func require(_ count: Int) throws(MissingExample) {
    if index >= count { throw MissingExample(reference: self, count: count) }
  }
}

/// A picture that is asked for and that the data set does not have.
public struct MissingExample: Error, Equatable, CustomStringConvertible {
  /// What was asked for.
  public let reference: DatasetReference
  /// The number of pictures in that part.
  public let count: Int

  public var description: String {
    "there is no \(reference): the split '\(reference.split.rawValue)' of "
      + "\(reference.dataset.rawValue) holds \(count) pictures, numbered from 0 to \(count - 1)."
  }
}
