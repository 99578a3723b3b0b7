import BackpropArrays
import BackpropNeuralNetworks

/// Weights that are no numbers, as a training leaves them that diverged: nothing that a model computes
/// with them means anything.
public struct NonFiniteWeights: Error, Equatable, CustomStringConvertible {
  /// An array with such numbers.
  public struct Array: Equatable, Sendable {
    /// Its name in the model.
    public let name: String
    /// How many numbers it has.
    public let count: Int
    /// How many of them are NaN.
    public let nanCount: Int
    /// How many of them are infinite.
    public let infiniteCount: Int
  }

  /// The arrays that have them.
  public let arrays: [Array]
  /// The weight file; `nil` for a model that comes from none.
  public let file: String?

  public var description: String {
    let lines = arrays.prefix(10).map { array in
      "\n  \(array.name): \(array.nanCount) NaN and \(array.infiniteCount) infinite of "
        + "\(array.count) numbers"
    }
    let rest = arrays.count - lines.count
    return "the weights" + (file.map { " in '\($0)'" } ?? "") + " are not all numbers:"
      + lines.joined() + (rest > 0 ? "\n  and \(rest) more arrays" : "")
      + "\nThe training that made them diverged: use weights from before, or train again with a "
      + "smaller learning rate."
  }
}

extension Module {
  /// Checks that every parameter and buffer is a number.
  ///
  /// - Parameter file: what the error calls the weight file.
  /// - Throws: ``NonFiniteWeights`` with the names of those that are not.
  public func requireFiniteWeights(file: String? = nil) throws(NonFiniteWeights) {
    let arrays = namedWeights.compactMap { weight -> NonFiniteWeights.Array? in
      guard weight.array.scalarType.isFloatingPoint else { return nil }
      let statistics = ArrayStatistics(StoredArray(weight.array))
      if statistics.nanCount + statistics.infiniteCount == 0 { return nil }
      return .init(
        name: weight.name, count: statistics.count, nanCount: statistics.nanCount,
        infiniteCount: statistics.infiniteCount)
    }
    if !arrays.isEmpty { throw NonFiniteWeights(arrays: arrays, file: file) }
  }
}
