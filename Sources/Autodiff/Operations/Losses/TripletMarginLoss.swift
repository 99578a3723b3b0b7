import BackpropArrays

/// max(0, m + |a − p| − |a − n|) for an anchor a, a positive example p, which belongs to it, and a
/// negative one n, which does not and should be farther by the margin m: PyTorch's
/// `triplet_margin_loss`.
///
/// The distance along the last axis is (Σ |dᵢ + ε|ᵏ)^(1/k) with ε = 10⁻⁶, by which its gradient stays
/// finite for two vectors that are equal.
///
/// Source: Schroff, Kalenichenko and Philbin, "FaceNet: A Unified Embedding for Face Recognition and
/// Clustering" (2015); the swap: Balntas et al., "Learning shallow convolutional feature descriptors with
/// triplet losses" (2016).
///
/// Traps unless all have the same shape and floating-point type.
///
/// - Parameters:
///   - anchors: a, vectors along the last axis.
///   - positives: p.
///   - negatives: n.
///   - margin: m.
///   - norm: k; 2 for the usual distance.
///   - swapping: whether |p − n| is taken in place of |a − n| where it is smaller.
///   - reduction: the mean of the losses of all triplets, or their sum, or they themselves.
public func tripletMarginLoss(
  anchors: Tensor, positives: Tensor, negatives: Tensor, margin: Double = 1, norm: Double = 2,
  swapping: Bool = false, reduction: LossReduction = .mean
) -> Tensor {
  guard anchors.rank > 0, anchors.shape == positives.shape, anchors.shape == negatives.shape else {
    return anchors.failing(.lossShapes("tripletMarginLoss", [anchors, positives, negatives]))
  }
  func distance(_ a: Tensor, _ b: Tensor) -> Tensor {
    let d = a - b + 1e-6
    switch norm {
    case 1: return d.abs().sum(axis: -1)
    case 2: return d.squared().sum(axis: -1).squareRoot()
    default: return d.abs().pow(norm).sum(axis: -1).pow(1 / norm)
    }
  }
  var apart = distance(anchors, negatives)
  if swapping { apart = apart.minimum(distance(positives, negatives)) }
  return (distance(anchors, positives) - apart + margin).clipped(min: 0).reduced(by: reduction)
}
