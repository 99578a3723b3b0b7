/// A learning rate that becomes smaller when a metric has got no better for some epochs.
///
/// What it counts is part of the loop's state, and so is the rate that it has changed.
///
/// ```swift
/// loop.evaluation = { ["error": error(of: model, on: validation)] }
/// loop.reduceOnPlateau = ReduceOnPlateau(of: "error", .smallest, factor: 0.5, patience: 3)
/// ```
///
/// As PyTorch's `ReduceLROnPlateau`, with its defaults, but for its `eps`: it leaves the rate as it is
/// where the reduction is smaller than 10⁻⁸.
public struct ReduceOnPlateau: Sendable, Hashable {
  /// By how much a value must be better than the best so far to count.
  public enum Threshold: Sendable, Hashable {
    /// By this part of the best value: it must be below best · (1 − part), or above best · (1 + part).
    case relative(Double)
    /// By this number.
    case absolute(Double)
  }

  /// What the loop's evaluation calls the metric; `loss` is the mean loss of the epoch's batches.
  public var metric: String
  /// Which of its values is best.
  public var direction: EarlyStopping.Direction
  /// What the learning rate is multiplied by.
  public var factor: Double
  /// After how many epochs in a row without a better value the next one reduces the rate.
  public var patience: Int
  /// By how much a value must be better to count.
  public var threshold: Threshold
  /// For how many epochs after a reduction nothing is counted.
  public var cooldown: Int
  /// What the learning rate does not go below.
  public var minimumLearningRate: Double

  /// A reduction when `metric` has got no better for more than `patience` epochs.
  ///
  /// Traps if the factor is not from 0 to 1, exclusive, or the patience or the cooldown negative.
  ///
  /// - Parameters:
  ///   - metric: what the loop's evaluation calls it, or `loss`.
  ///   - direction: which of its values is best.
  ///   - factor: what the learning rate is multiplied by.
  ///   - patience: after how many epochs in a row without a better value the next one reduces the rate.
  ///   - threshold: by how much a value must be better to count.
  ///   - cooldown: for how many epochs after a reduction nothing is counted.
  ///   - minimumLearningRate: what the learning rate does not go below.
  public init(
    of metric: String, _ direction: EarlyStopping.Direction, factor: Double = 0.1,
    patience: Int = 10, threshold: Threshold = .relative(1e-4), cooldown: Int = 0,
    minimumLearningRate: Double = 0
  ) {
    guard factor > 0, factor < 1, patience >= 0, cooldown >= 0 else {
      fatalError(
        "ReduceOnPlateau: a factor of \(factor), a patience of \(patience) epochs and a cooldown of "
          + "\(cooldown); the first is between 0 and 1, the others 0 or more")
    }
    self.metric = metric
    self.direction = direction
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.minimumLearningRate = minimumLearningRate
  }

  /// What is counted from epoch to epoch.
  struct Progress: Sendable, Equatable, Codable {
    var best: Double?
    var epochsWithoutBetter = 0
    var cooldownLeft = 0
  }

  /// The learning rate after an epoch that gave `value`, where it was `rate`.
  func learningRate(after value: Double, from rate: Double, _ progress: inout Progress) -> Double {
    if isBetter(value, than: progress.best) {
      progress.best = value
      progress.epochsWithoutBetter = 0
    } else {
      progress.epochsWithoutBetter += 1
    }
    if progress.cooldownLeft > 0 {
      progress.cooldownLeft -= 1
      progress.epochsWithoutBetter = 0
    }
    guard progress.epochsWithoutBetter > patience else { return rate }
    progress.cooldownLeft = cooldown
    progress.epochsWithoutBetter = 0
    return min(rate, max(rate * factor, minimumLearningRate))
  }

  /// A NaN is never better.
  private func isBetter(_ value: Double, than best: Double?) -> Bool {
    guard let best else { return !value.isNaN }
    return switch (direction, threshold) {
    case (.smallest, .relative(let part)): value < best * (1 - part)
    case (.smallest, .absolute(let change)): value < best - change
    case (.largest, .relative(let part)): value > best * (1 + part)
    case (.largest, .absolute(let change)): value > best + change
    }
  }
}
