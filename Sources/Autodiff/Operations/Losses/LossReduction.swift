import BackpropArrays

/// What becomes of the losses of single elements or examples: PyTorch's `reduction`.
public enum LossReduction: String, Sendable, Hashable, CaseIterable, Codable {
  /// Their mean, the usual objective, whose gradient does not grow with the batch. NaN of no losses.
  case mean
  /// Their sum.
  case sum
  /// Nothing: the losses themselves, for weights or masks of one's own.
  case none
}

extension Tensor {
  /// These losses, as `reduction` asks for them.
  func reduced(by reduction: LossReduction) -> Tensor {
    switch reduction {
    case .mean: mean()
    case .sum: sum()
    case .none: self
    }
  }
}
