import BackpropArrays
import BackpropAutodiff

/// Normalizes each example by itself over its last axes, and gives each of its numbers a scale and a
/// shift that are learned.
///
/// y = γ (x − μ) / √(σ² + ε) + β, with the mean μ and the (biased) variance σ² over the last axes,
/// those of `shape`. The same in training and inference, and whatever else is in the batch.
///
/// ```swift
/// let norm = LayerNorm([64])
/// norm(words)                        // (8, 20, 64) -> (8, 20, 64), each of 160 rows by itself
/// ```
///
/// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016); PyTorch's `LayerNorm`.
public struct LayerNorm: Layer {
  /// The lengths of the last axes, over which to normalize.
  public let shape: Shape
  /// The scale γ, of that shape; `nil` without one.
  public let weight: Parameter?
  /// The shift β, of that shape; `nil` without one.
  public let bias: Parameter?
  /// What is added to the variance.
  public let epsilon: Double

  /// A layer with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - shape: the lengths of the last axes of the input, at least one.
  ///   - epsilon: what is added to the variance, so that nothing is divided by zero.
  ///   - isAffine: whether there are γ and β.
  ///   - hasBias: whether there is β, where there is γ.
  ///   - scalarType: of the parameters.
  public init(
    _ shape: Shape, epsilon: Double = 1e-5, isAffine: Bool = true, hasBias: Bool = true,
    scalarType: ScalarType = .float32
  ) {
    guard shape.rank > 0, shape.elementCount > 0 else {
      fatalError("LayerNorm: the shape is \(shape); it must have an axis, and none of no length")
    }
    self.shape = shape
    self.epsilon = epsilon
    weight = isAffine ? Parameter(.ones(shape, scalarType: scalarType), named: "weight") : nil
    bias =
      isAffine && hasBias ? Parameter(.zeros(shape, scalarType: scalarType), named: "bias") : nil
  }

  public func forward(_ input: Tensor, _ mode: Mode) -> Tensor {
    let kept = input.rank - shape.rank
    guard kept >= 0, input.shape[kept...].elementsEqual(shape) else {
      return input.failing(
        ShapeError(
          "LayerNorm", [input.shape],
          "the input does not end in axes of shape \(shape), over which the layer normalizes"))
    }
    return input.standardized(
      axes: shape.rank == 1 ? [-1] : Array(kept..<input.rank), epsilon: epsilon,
      weight: weight?.tensor, bias: bias?.tensor)
  }

  public var members: [ModuleMember] {
    ModuleMember.named(["weight": weight, "bias": bias])
  }

  public var summaryName: String { "LayerNorm\(shape)" }
}
