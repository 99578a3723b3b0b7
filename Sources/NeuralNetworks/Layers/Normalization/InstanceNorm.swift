import BackpropArrays
import BackpropAutodiff

/// Normalizes each feature of each example by itself, over the places where it occurs.
///
/// y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the (biased) variance σ² over the axes behind
/// the features. As in PyTorch there are neither γ and β nor running means unless they are asked for;
/// with running means, a model in use normalizes by these.
///
/// `(batch, features, height, width) -> (batch, features, height, width)`, or with any other axes
/// behind the features, of which there is at least one.
///
/// ```swift
/// let norm = InstanceNorm(64, isAffine: true)
/// norm(images)                       // (8, 64, 28, 28) -> (8, 64, 28, 28)
/// ```
///
/// A feature must have more than one place: of one number, the variance is zero and says nothing.
///
/// Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast
/// Stylization" (2016); PyTorch's `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d`, whose names
/// in files these are.
public struct InstanceNorm: Layer {
  /// The number of features.
  public let features: Int
  /// The scale γ, of shape (features); `nil` without one.
  public let weight: Parameter?
  /// The shift β, of shape (features); `nil` without one.
  public let bias: Parameter?
  /// The running means; `nil` if there are none.
  public let statistics: RunningStatistics?
  /// How much of a running mean is the newest batch: m ← (1 − momentum) m + momentum · new.
  public let momentum: Double
  /// What is added to the variance.
  public let epsilon: Double

  /// A layer without parameters, or with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - features: the length of axis 1 of the input.
  ///   - momentum: how much of a running mean is the newest batch.
  ///   - epsilon: what is added to the variance, so that nothing is divided by zero.
  ///   - isAffine: whether there are γ and β.
  ///   - tracksStatistics: whether there are running means, of the examples' statistics, by which a
  ///     model in use normalizes.
  ///   - scalarType: of the parameters and running means.
  public init(
    _ features: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = false,
    tracksStatistics: Bool = false, scalarType: ScalarType = .float32
  ) {
    guard features > 0 else { fatalError("InstanceNorm: there are \(features) features") }
    self.features = features
    self.momentum = momentum
    self.epsilon = epsilon
    weight = isAffine ? Parameter(.ones([features], scalarType: scalarType), named: "weight") : nil
    bias = isAffine ? Parameter(.zeros([features], scalarType: scalarType), named: "bias") : nil
    statistics =
      tracksStatistics ? RunningStatistics(of: features, scalarType: scalarType) : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.rank >= 2, input.shape[1] == features else {
      return input.failing(.wrongFeatures("InstanceNorm", input.shape, features))
    }
    guard input.rank >= 3 else {
      return input.failing(
        ShapeError(
          "InstanceNorm", [input.shape], "the features have no places to normalize over",
          hint: "it is of shape (batch, \(features), length), or has more axes behind these; "
            + "LayerNorm normalizes over features"))
    }
    if let statistics, !mode.isTraining {
      return mode.guarding(
        statistics.normalize(input, weight: weight, bias: bias, epsilon: epsilon), of: self)
    }
    let count = input.shape[2...].reduce(1, *)
    guard count > 1 else {
      return input.failing(
        ShapeError(
          "InstanceNorm", [input.shape],
          "a feature of \(count) \(count == 1 ? "place" : "places") has no variance to normalize by"
        ))
    }
    let axes = Array(2..<input.rank)
    let weight = weight?.tensor.alongFeatures(of: input)
    let bias = bias?.tensor.alongFeatures(of: input)
    guard let statistics, mode.isTraining, !input.isShapeOnly, input.shape[0] > 0 else {
      return input.standardized(axes: axes, epsilon: epsilon, weight: weight, bias: bias)
    }
    let (result, mean, variance) = input.standardizedWithStatistics(
      axes: axes, epsilon: epsilon, weight: weight, bias: bias)
    statistics.add(
      mean: mean.mean(axes: [0]), variance: variance.mean(axes: [0]), of: count, share: momentum)
    return result
  }

  public var members: [ModuleMember] {
    ModuleMember.named([
      "weight": weight, "bias": bias, "running_mean": statistics?.mean,
      "running_var": statistics?.variance, "num_batches_tracked": statistics?.batchCount,
    ])
  }

  public var summaryName: String { "InstanceNorm(\(features))" }
}
