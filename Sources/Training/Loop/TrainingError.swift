/// Why training cannot start or cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A setting of a configuration has a value that makes no sense.
  case invalidSetting(String, found: String, expected: String)
  /// The training set holds nothing.
  case emptyDataset(String)
  /// A batch is larger than the training set.
  case batchTooLarge(batchSize: Int, exampleCount: Int)
  /// The loss, or a gradient of it, is no longer a number.
  case diverged(Divergence)
  /// Gradients arrived for parameters that the optimizer does not own: they would never change.
  case unownedGradients([String])
  /// Early stopping or the reduction on a plateau watches a metric that the evaluation does not give.
  case unknownMetric(String, known: [String])

  public var description: String {
    switch self {
    case .invalidSetting(let name, let found, let expected):
      "the setting '\(name)' is \(found), expected \(expected)"
    case .emptyDataset(let name):
      "the training set of '\(name)' is empty; there is nothing to learn from"
    case .batchTooLarge(let batchSize, let exampleCount):
      "a batch of \(batchSize) examples is larger than the training set of \(exampleCount); "
        + "take \(exampleCount) or less"
    case .diverged(let divergence): "\(divergence)"
    case .unownedGradients(let parameters):
      "the loss depends on parameters that are not the optimizer's, so they would never learn: "
        + parameters.joined(separator: ", ") + ".\nA layer made within the step or held by a "
        + "closure? Hold it in a property of the model, or train it with the model by "
        + "ModuleGroup([\"model\": model, \"other\": other]); freeze it (isTrainable = false) if "
        + "it is to stay as it is"
    case .unknownMetric(let name, let known):
      "the loop watches the metric '\(name)', which the evaluation does not give; there are "
        + known.map { "'\($0)'" }.joined(separator: ", ")
    }
  }
}

/// Throws for a setting that makes no sense.
///
/// - Parameters:
///   - holds: whether it makes sense.
///   - name: what it is called.
///   - found: its value.
///   - expected: what it could be.
func require(
  _ holds: Bool, _ name: String, _ found: String, _ expected: String
) throws(TrainingError) {
  if !holds { throw .invalidSetting(name, found: found, expected: expected) }
}
