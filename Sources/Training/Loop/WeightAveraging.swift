import BackpropOptimizers

/// Which average of the weights a loop keeps, and when it takes the weights into it.
///
/// ```swift
/// loop.averaging = .everyStep(AveragedWeights(of: model, .exponential(decay: 0.999)))
/// loop.averaging = .everyEpoch(AveragedWeights(of: model, .equal), after: 15)
/// ```
public enum WeightAveraging {
  /// After every step but the first `after`.
  case everyStep(AveragedWeights, after: Int = 0)
  /// After every epoch but the first `after`, and before it is evaluated.
  case everyEpoch(AveragedWeights, after: Int = 0)

  /// The average.
  public var weights: AveragedWeights {
    switch self {
    case .everyStep(let weights, _), .everyEpoch(let weights, _): weights
    }
  }

  /// A step is done.
  func stepEnded(_ number: Int) {
    if case .everyStep(let weights, let after) = self, number > after { weights.update() }
  }

  /// An epoch is done.
  func epochEnded(_ number: Int) {
    if case .everyEpoch(let weights, let after) = self, number > after { weights.update() }
  }
}
