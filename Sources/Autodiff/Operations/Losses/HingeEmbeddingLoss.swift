import BackpropArrays

/// The distance d of two things that belong together (target 1), and max(0, m − d) of two that do not
/// (target −1): PyTorch's `hinge_embedding_loss`.
///
/// ∂/∂d of a single loss is 1 for a target of 1; else −1 where d ≤ m, and 0 farther out.
///
/// Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping"
/// (2006).
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - distances: d.
///   - targets: −1 or 1.
///   - margin: m, how far apart two that do not belong together should be.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func hingeEmbeddingLoss(
  distances: Tensor, targets: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  guard distances.type == targets.type else {
    return distances.failing(.lossShapes("hingeEmbeddingLoss", [distances, targets]))
  }
  let apart = (margin - distances).clipped(min: 0)
  return Tensor.where(targets .> 0, distances, apart).reduced(by: reduction)
}
