import BackpropArrays
import BackpropAutodiff

/// Normalizes each feature over the batch, and gives it a scale and a shift that are learned.
///
/// y = γ (x − μ) / √(σ² + ε) + β, for each feature by itself. In training μ and σ² are the mean and
/// the (biased) variance of the feature in the batch, over all places where it occurs, and they go
/// into running means of both; in inference they are these running means.
///
/// `(batch, features) -> (batch, features)`, or with any axes behind the features, which count as
/// places: `(batch, features, height, width)`.
///
/// ```swift
/// let norm = BatchNorm(64)
/// norm(images, .training(seed: 0, step: 0))       // (8, 64, 28, 28) -> (8, 64, 28, 28)
/// norm(images, .inference)
/// ```
///
/// A batch in training must have more than one number for each feature: of one, the variance is zero
/// and says nothing. Called without a mode it is inference, through which no gradient passes.
///
/// Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
/// Internal Covariate Shift" (2015); PyTorch's `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d`, whose
/// names in files these are.
public struct BatchNorm: Layer {
  /// The number of features.
  public let features: Int
  /// The scale γ, of shape (features); `nil` without one.
  public let weight: Parameter?
  /// The shift β, of shape (features); `nil` without one.
  public let bias: Parameter?
  /// The running means; `nil` if there are none.
  public let statistics: RunningStatistics?
  /// How much of a running mean is the newest batch: m ← (1 − momentum) m + momentum · new. `nil`
  /// for the mean of all batches alike.
  public let momentum: Double?
  /// What is added to the variance.
  public let epsilon: Double

  /// A layer with γ = 1, β = 0 and running means of 0 and 1.
  ///
  /// - Parameters:
  ///   - features: the length of axis 1 of the input.
  ///   - momentum: how much of a running mean is the newest batch; `nil` for the mean of all batches.
  ///   - epsilon: what is added to the variance, so that nothing is divided by zero.
  ///   - isAffine: whether there are γ and β.
  ///   - tracksStatistics: whether there are running means. Without them a model in use normalizes by
  ///     its batch too, and it makes no difference whether it is trained.
  ///   - scalarType: of the parameters and running means.
  public init(
    _ features: Int, momentum: Double? = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true,
    tracksStatistics: Bool = true, scalarType: ScalarType = .float32
  ) {
    guard features > 0 else { fatalError("BatchNorm: there are \(features) features") }
    let shape: Shape = [features]
    self.features = features
    self.momentum = momentum
    self.epsilon = epsilon
    weight = isAffine ? Parameter(.ones(shape, scalarType: scalarType), named: "weight") : nil
    bias = isAffine ? Parameter(.zeros(shape, scalarType: scalarType), named: "bias") : nil
    statistics =
      tracksStatistics ? RunningStatistics(of: features, scalarType: scalarType) : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.rank >= 2, input.shape[1] == features else {
      return input.failing(.wrongFeatures("BatchNorm", input.shape, features))
    }
    if let statistics, !mode.isTraining {
      return mode.guarding(
        statistics.normalize(input, weight: weight, bias: bias, epsilon: epsilon), of: self)
    }
    let count = input.count / features
    guard count > 1 else {
      return input.failing(
        ShapeError(
          "BatchNorm", [input.shape],
          "a batch with \(count) \(count == 1 ? "number" : "numbers") for each feature has no "
            + "variance to normalize by",
          hint: "train with larger batches; a model in use is called with .inference"))
    }
    let axes = input.shape.indices.filter { $0 != 1 }
    let weight = weight?.tensor.alongFeatures(of: input)
    let bias = bias?.tensor.alongFeatures(of: input)
    guard let statistics, mode.isTraining, !input.isShapeOnly else {
      return input.standardized(axes: axes, epsilon: epsilon, weight: weight, bias: bias)
    }
    let (result, mean, variance) = input.standardizedWithStatistics(
      axes: axes, epsilon: epsilon, weight: weight, bias: bias)
    let batches = statistics.countBatch()
    statistics.add(
      mean: mean, variance: variance, of: count, share: momentum ?? 1 / Double(batches))
    return result
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "weight": weight, "bias": bias, "running_mean": statistics?.mean,
      "running_var": statistics?.variance, "num_batches_tracked": statistics?.batchCount,
    ])
  }

  public var summaryName: String { "BatchNorm(\(features))" }
}
