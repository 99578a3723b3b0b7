/// Why training cannot start or cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An option has a value that makes no sense.
  case invalidOption(String, found: String, expected: String)
  /// The training set holds nothing.
  case emptyDataset(String)
  /// A batch is larger than the training set.
  case batchTooLarge(batchSize: Int, exampleCount: Int)
  /// The loss is no longer a number.
  case diverged(step: Int, loss: Double, place: String)

  public var description: String {
    switch self {
    case .invalidOption(let option, let found, let expected):
      "the option --\(option) is \(found), expected \(expected)"
    case .emptyDataset(let name):
      "the training set of '\(name)' is empty; there is nothing to learn from"
    case .batchTooLarge(let batchSize, let exampleCount):
      "a batch of \(batchSize) examples is larger than the training set of \(exampleCount); "
        + "use --batch-size \(exampleCount) or less"
    case .diverged(let step, let loss, let place):
      "the loss became \(loss) at step \(step): \(place). "
        + "Usually the learning rate is too high; try a tenth of it"
    }
  }
}
