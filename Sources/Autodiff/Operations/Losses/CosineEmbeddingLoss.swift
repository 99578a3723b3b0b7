import BackpropArrays

/// 1 − cos(a, b) of two vectors that belong together (target 1), and max(0, cos(a, b) − m) of two that
/// do not (target −1): PyTorch's `cosine_embedding_loss`.
///
/// cos(a, b) = a · b / √((a · a + ε) (b · b + ε)) along the last axis, with ε = 10⁻¹², by which two
/// vectors of zeros have a cosine of 0.
///
/// ```swift
/// cosineEmbeddingLoss(encoder(questions), encoder(answers), targets: match)   // (n, d) twice, (n)
/// ```
///
/// Traps unless both have the same shape, and the targets that shape without its last axis; or where the
/// types differ.
///
/// - Parameters:
///   - first: vectors along the last axis.
///   - second: as many vectors of the same length.
///   - targets: −1 or 1 for each pair.
///   - margin: m, from −1 to 1: how alike two that do not belong together may be.
///   - reduction: the mean of the losses of all pairs, or their sum, or they themselves.
public func cosineEmbeddingLoss(
  _ first: Tensor, _ second: Tensor, targets: Tensor, margin: Double = 0,
  reduction: LossReduction = .mean
) -> Tensor {
  guard first.rank > 0, first.shape == second.shape, targets.shape == first.shape.withoutLast else {
    return first.failing(
      ShapeError(
        "cosineEmbeddingLoss", [first, second, targets].map(\.shape),
        "two of one shape, whose vectors lie along the last axis, and a target for each pair"))
  }
  let products = (first * second).sum(axis: -1)
  let squares = (first.squared().sum(axis: -1) + 1e-12) * (second.squared().sum(axis: -1) + 1e-12)
  let cosines = products * squares.reciprocalSquareRoot()
  return Tensor.where(targets .> 0, 1 - cosines, (cosines - margin).clipped(min: 0))
    .reduced(by: reduction)
}

extension Shape {
  /// This shape without its last axis.
  var withoutLast: Shape { Shape(Array(dropLast())) }
}
