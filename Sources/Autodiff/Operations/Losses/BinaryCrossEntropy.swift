import BackpropArrays
import CBackpropKernels

/// The cross-entropy between yes-or-no answers and how likely they should have been: for deciding many
/// things at once, each by itself. PyTorch's `binary_cross_entropy_with_logits`.
///
/// Of a logit x and a target t from 0 to 1, −p t ln s − (1 − t) ln(1 − s) for s = sigmoid(x), with a
/// weight p of the positive answers; ∂/∂x = (1 − t) s − p t (1 − s). The sigmoid is part of it: hand it
/// the last layer's raw results. Nothing overflows or loses digits, and 0 · ∞ counts 0.
///
/// ```swift
/// binaryCrossEntropy(logits: model(x), targets: tags)             // (32, 5) twice -> one number
/// binaryCrossEntropy(logits: model(x), targets: tags, positiveWeights: Tensor([1, 1, 9, 1, 30]))
/// ```
///
/// Traps unless logits and targets have the same shape and floating-point type, and weights broadcast to
/// it. No gradient flows to `positiveWeights`.
///
/// - Parameters:
///   - logits: x.
///   - targets: t, of the logits' shape and type.
///   - weights: what each loss is multiplied by; the mean is still by the number of losses.
///   - positiveWeights: p, which lifts what is rarely true: mostly one number for each of the answers
///     along the last axis.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func binaryCrossEntropy(
  logits: Tensor, targets: Tensor, weights: Tensor? = nil, positiveWeights: Tensor? = nil,
  reduction: LossReduction = .mean
) -> Tensor {
  let first: LossReduction = weights == nil ? reduction : .none
  let losses =
    if let positiveWeights {
      WeightedBinaryCrossEntropy(reduction: first)(logits, targets, positiveWeights.detached)
    } else {
      BinaryCrossEntropy(reduction: first)(logits, targets)
    }
  guard let weights else { return losses }
  return losses.weighted(by: weights, "binaryCrossEntropy").reduced(by: reduction)
}

struct BinaryCrossEntropy: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "binaryCrossEntropy" }
  static var loss: bp_formula { BP_BINARY_CROSS_ENTROPY }
  static var lossGradient: bp_formula { BP_BINARY_CROSS_ENTROPY_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (x, t) = (inputs[0], inputs[1])
    return index == 0 ? x.sigmoid() - t : -x
  }
}
