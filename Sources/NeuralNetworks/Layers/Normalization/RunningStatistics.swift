import BackpropArrays
import BackpropAutodiff

/// Running means of features' statistics, by which a model in use normalizes.
public struct RunningStatistics: Sendable {
  /// Of the features' means: of shape (features).
  public let mean: Buffer
  /// Of the features' unbiased variances: of shape (features).
  public let variance: Buffer
  /// How many batches went into them: a single `int64`. As in PyTorch, ``InstanceNorm`` does not count.
  public let batchCount: Buffer

  /// Means of 0 and variances of 1.
  init(of features: Int, scalarType: ScalarType) {
    mean = Buffer(.zeros([features], scalarType: scalarType))
    variance = Buffer(.ones([features], scalarType: scalarType))
    batchCount = Buffer(NDArray(scalar: Int64(0)))
  }

  /// Takes a batch into the running means.
  ///
  /// - Parameters:
  ///   - mean: of each feature, in any shape.
  ///   - variance: of each feature, biased.
  ///   - count: of how many numbers.
  ///   - share: how much the batch counts.
  func add(mean: Tensor, variance: Tensor, of count: Int, share: Double) {
    func add(_ new: Tensor, to buffer: Buffer) {
      let new = new.detached.flattened()
      buffer.update { $0 = (Tensor($0) * (1 - share) + new * share).array }
    }
    add(mean, to: self.mean)
    add(variance * (Double(count) / Double(count - 1)), to: self.variance)
  }

  /// Counts one batch more; returns how many there are.
  func countBatch() -> Int {
    var batches: Int64 = 0
    batchCount.update { number in
      batches = number.scalars(as: Int64.self)[0] + 1
      number = NDArray(scalar: batches)
    }
    return Int(batches)
  }

  /// γ (x − μ) / √(σ² + ε) + β as a product and a sum with one number a feature.
  ///
  /// - Parameters:
  ///   - input: the features along axis 1.
  ///   - weight: γ, of shape (features).
  ///   - bias: β, of shape (features).
  ///   - epsilon: ε.
  func normalize(
    _ input: Tensor, weight: Parameter?, bias: Parameter?, epsilon: Double
  ) -> Tensor {
    var scale = 1 / (variance.tensor + epsilon).squareRoot()
    if let weight { scale = scale * weight.tensor }
    var shift = -mean.tensor * scale
    if let bias { shift = shift + bias.tensor }
    return input * scale.alongFeatures(of: input) + shift.alongFeatures(of: input)
  }
}
