/// When to stop before the end: when a metric has got no better for some epochs. The model then has the
/// weights of the best epoch.
///
/// ```swift
/// loop.evaluation = { ["accuracy": accuracy(of: model, on: validation)] }
/// loop.earlyStopping = EarlyStopping(on: "accuracy", .largest, patience: 3)
/// ```
public struct EarlyStopping: Sendable, Hashable {
  /// Which of two numbers is better.
  public enum Direction: String, Codable, Sendable, Hashable {
    /// The smaller one, as of a loss.
    case smallest
    /// The larger one, as of an accuracy.
    case largest
  }

  /// What the loop's evaluation calls the metric; `loss` is the mean loss of the epoch's batches.
  public var metric: String
  /// Which of its values is best.
  public var direction: Direction
  /// After how many epochs in a row without a better value to stop.
  public var patience: Int
  /// By how much a value must be better to count.
  public var minimumChange: Double

  /// Stops when `metric` has got no better for `patience` epochs.
  ///
  /// Traps if `patience` is less than 1, or `minimumChange` negative.
  ///
  /// - Parameters:
  ///   - metric: what the loop's evaluation calls it, or `loss`.
  ///   - direction: which of its values is best.
  ///   - patience: after how many epochs in a row without a better value to stop.
  ///   - minimumChange: by how much a value must be better to count.
  public init(
    on metric: String, _ direction: Direction, patience: Int, minimumChange: Double = 0
  ) {
    guard patience >= 1, minimumChange >= 0 else {
      fatalError(
        "EarlyStopping: a patience of \(patience) epochs and a change of \(minimumChange); the "
          + "first is 1 or more, the other 0 or more")
    }
    self.metric = metric
    self.direction = direction
    self.patience = patience
    self.minimumChange = minimumChange
  }

  /// Whether a value is better than the best so far. A NaN is better than nothing only.
  func isBetter(_ value: Double, than best: TrainingProgress.Best?) -> Bool {
    MetricGoal(metric, direction).isBetter(value, than: best?.value, by: minimumChange)
  }
}
