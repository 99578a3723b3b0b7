import BackpropArrays
import BackpropAutodiff

/// A layer of two inputs whose products, weighted, are summed: yₖ = Σᵢⱼ aᵢ Wₖᵢⱼ bⱼ + cₖ.
///
/// `(batch, left), (batch, right) -> (batch, outputs)`, or any axes in place of the batch, the same of
/// both.
///
/// ```swift
/// let pair = Bilinear(64, 32, 10, using: &random)
/// pair(words, pictures)              // (8, 64), (8, 32) -> (8, 10)
/// ```
///
/// Source: Tenenbaum and Freeman, "Separating Style and Content with Bilinear Models" (2000);
/// PyTorch's `Bilinear`, whose names in files and initialisation these are.
public struct Bilinear: Module {
  /// Of shape (outputs, left, right).
  public let weight: Parameter
  /// Of shape (outputs); `nil` for a layer without one.
  public let bias: Parameter?

  /// A layer with weights and bias drawn evenly from ±1/√left.
  ///
  /// - Parameters:
  ///   - left: the length of a row of the first input.
  ///   - right: the length of a row of the second input.
  ///   - outputs: the length of a row of output.
  ///   - hasBias: whether to add a bias.
  ///   - scalarType: of the parameters.
  ///   - random: where the parameters come from.
  public init(
    _ left: Int, _ right: Int, _ outputs: Int, hasBias: Bool = true,
    scalarType: ScalarType = .float32, using random: inout RandomSource
  ) {
    guard left > 0, right > 0, outputs > 0 else {
      fatalError(
        "Bilinear: \(left) and \(right) inputs and \(outputs) outputs; each must be positive")
    }
    let bound = 1 / Double(left).squareRoot()
    weight = Parameter(
      .uniform(
        [outputs, left, right], in: -bound..<bound, scalarType: scalarType, using: &random),
      named: "weight")
    bias =
      hasBias
      ? Parameter(
        .uniform([outputs], in: -bound..<bound, scalarType: scalarType, using: &random),
        named: "bias") : nil
  }

  /// The layer applied to rows of both inputs.
  ///
  /// - Parameters:
  ///   - left: of shape (batch, left).
  ///   - right: of shape (batch, right).
  ///   - mode: whether the model is being trained or used, which makes no difference here.
  public func callAsFunction(
    _ left: Tensor, _ right: Tensor, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { _ in
      let (outputs, lefts, rights) = (weight.shape[0], weight.shape[1], weight.shape[2])
      guard left.rank > 0, left.rank == right.rank, left.shape.dropLast() == right.shape.dropLast(),
        left.shape.last == lefts, right.shape.last == rights
      else {
        return left.failing(
          ShapeError(
            "Bilinear", [left.shape, right.shape],
            "the inputs are not rows of \(lefts) and of \(rights) numbers, as many of both"),
          beside: [right])
      }
      // Σᵢ aᵢ Wₖᵢⱼ for all k and j by one product, and then the sum over j.
      let rows = left.reshaped(to: [-1, lefts])
      let byLeft = weight.tensor.transposed([1, 0, 2]).reshaped(
        to: [lefts, outputs * rights] as Shape)
      let partial = rows.matmul(byLeft).reshaped(to: [-1, outputs, rights])
      let others = right.reshaped(to: [-1, rights, 1])
      var result = partial.matmul(others).reshaped(
        to: Shape(Array(left.shape.dropLast()) + [outputs]))
      if let bias { result = result + bias.tensor }
      return result
    }
  }

  public var summaryName: String {
    "Bilinear(\(weight.shape[1]), \(weight.shape[2]) -> \(weight.shape[0]))"
  }
}
