import BackpropArrays
import BackpropAutodiff

/// Divides each example's numbers by the root of the mean of their squares over its last axes, and
/// gives each a scale that is learned.
///
/// y = γ x / √(mean x² + ε), the mean over the last axes, those of `shape`. What is left of
/// ``LayerNorm`` without its shift. The same in training and inference.
///
/// ```swift
/// let norm = RMSNorm([64])
/// norm(words)                        // (8, 20, 64) -> (8, 20, 64), each of 160 rows by itself
/// ```
///
/// Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019); PyTorch's `RMSNorm`.
public struct RMSNorm: Layer {
  /// The lengths of the last axes, over which the mean is taken.
  public let shape: Shape
  /// The scale γ, of that shape, or what it is more than 1; `nil` without one.
  public let weight: Parameter?
  /// What is added to the mean of squares; `nil` for the distance from 1 to the next number of the
  /// input's type.
  public let epsilon: Double?
  /// Whether γ is 1 + weight, as Gemma has it, and not the weight.
  public let isOffset: Bool

  /// A layer with γ = 1.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the last axes of the input, at least one.
  ///   - epsilon: what is added to the mean of squares, so that nothing is divided by zero; `nil` for
  ///     the distance from 1 to the next number of the input's type, as in PyTorch.
  ///   - isAffine: whether there is γ.
  ///   - isOffset: whether γ is 1 + weight, of which the weight is learned and saved.
  ///   - scalarType: of γ.
  public init(
    _ shape: Shape, epsilon: Double? = nil, isAffine: Bool = true, isOffset: Bool = false,
    scalarType: ScalarType = .float32
  ) {
    guard shape.rank > 0, shape.elementCount > 0 else {
      fatalError("RMSNorm: the shape is \(shape); it must have an axis, and none of no length")
    }
    self.shape = shape
    self.epsilon = epsilon
    self.isOffset = isOffset
    weight =
      isAffine
      ? Parameter(
        NDArray(repeating: isOffset ? 0 : 1, shape: shape, scalarType: scalarType), named: "weight")
      : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let kept = input.rank - shape.rank
    guard kept >= 0, input.shape[kept...].elementsEqual(shape) else {
      return input.failing(
        ShapeError(
          "RMSNorm", [input.shape],
          "the input does not end in axes of shape \(shape), over which the layer normalizes"))
    }
    let axes = shape.rank == 1 ? [-1] : Array(kept..<input.rank)
    let scale = weight.map { isOffset ? $0.tensor + 1 : $0.tensor }
    return input.rmsNormalized(axes: axes, epsilon: epsilon, weight: scale)
  }

  public var members: [ModuleMember] { ModuleMember.named(["weight": weight]) }

  public var summaryName: String { "RMSNorm\(shape)" }
}
