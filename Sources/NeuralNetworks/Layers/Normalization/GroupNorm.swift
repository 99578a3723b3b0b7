import BackpropArrays
import BackpropAutodiff

/// Normalizes each example by itself, its features in groups, and gives each feature a scale and a
/// shift that are learned.
///
/// y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the (biased) variance σ² over the features of
/// the group and all their places. The same in training and inference, and whatever else is in the
/// batch. One group normalizes the whole example; as many groups as features are ``InstanceNorm``.
///
/// `(batch, features) -> (batch, features)`, or with any axes behind the features, which count as
/// places: `(batch, features, height, width)`.
///
/// ```swift
/// let norm = GroupNorm(groups: 8, 64)
/// norm(images)                       // (2, 64, 28, 28) -> (2, 64, 28, 28), in groups of 8 features
/// ```
///
/// Source: Wu and He, "Group Normalization" (2018); PyTorch's `GroupNorm`.
public struct GroupNorm: Layer {
  /// The number of groups.
  public let groups: Int
  /// The number of features.
  public let features: Int
  /// The scale γ, of shape (features); `nil` without one.
  public let weight: Parameter?
  /// The shift β, of shape (features); `nil` without one.
  public let bias: Parameter?
  /// What is added to the variance.
  public let epsilon: Double

  /// A layer with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - groups: how many groups the features fall into. Traps unless they all have as many.
  ///   - features: the length of axis 1 of the input.
  ///   - epsilon: what is added to the variance, so that nothing is divided by zero.
  ///   - isAffine: whether there are γ and β.
  ///   - scalarType: of the parameters.
  public init(
    groups: Int, _ features: Int, epsilon: Double = 1e-5, isAffine: Bool = true,
    scalarType: ScalarType = .float32
  ) {
    guard groups > 0, features > 0, features % groups == 0 else {
      fatalError("GroupNorm: \(features) features do not fall into \(groups) equal groups")
    }
    self.groups = groups
    self.features = features
    self.epsilon = epsilon
    weight = isAffine ? Parameter(.ones([features], scalarType: scalarType), named: "weight") : nil
    bias = isAffine ? Parameter(.zeros([features], scalarType: scalarType), named: "bias") : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    guard input.rank >= 2, input.shape[1] == features else {
      return input.failing(.wrongFeatures("GroupNorm", input.shape, features))
    }
    let places = input.shape[2...].reduce(1, *)
    let grouped: Shape = [groups, features / groups, 1]
    return input.reshaped(to: [input.shape[0], groups, features / groups, places] as Shape)
      .standardized(
        axes: [2, 3], epsilon: epsilon, weight: weight?.tensor.reshaped(to: grouped),
        bias: bias?.tensor.reshaped(to: grouped)
      ).reshaped(to: input.shape)
  }

  public var members: [ModuleMember] {
    ModuleMember.named(["weight": weight, "bias": bias])
  }

  public var summaryName: String { "GroupNorm(\(features), \(groups) groups)" }
}
