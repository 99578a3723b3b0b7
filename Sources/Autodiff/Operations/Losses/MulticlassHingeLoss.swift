import BackpropArrays

/// (1/c) Σ max(0, m − x_label + xⱼ) over the other classes j of c: no loss where the right class is ahead
/// of each of them by the margin m. PyTorch's `multi_margin_loss`.
///
/// Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition" (1999).
///
/// Traps unless there is one label a row, in 0..<classes.
///
/// - Parameters:
///   - logits: x, of shape (…, classes): raw scores.
///   - targets: the labels, of a whole type and shape (…).
///   - margin: m.
///   - reduction: the mean of the losses of all rows, or their sum, or they themselves.
public func multiclassHingeLoss(
  logits: Tensor, targets: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  guard logits.rank > 0, targets.shape == logits.shape.withoutLast else {
    return logits.failing(.labels("multiclassHingeLoss", logits, targets))
  }
  let classes = logits.shape[logits.rank - 1]
  let isLabel = targets.oneHot(classes: classes, scalarType: .bool)
  let right = Tensor.where(isLabel, logits, 0).sum(axis: -1, keepDims: true)
  let losses = Tensor.where(isLabel, 0, (logits - right + margin).clipped(min: 0))
  return (losses.sum(axis: -1) / Double(classes)).reduced(by: reduction)
}
