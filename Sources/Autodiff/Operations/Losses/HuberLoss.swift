import BackpropArrays
import CBackpropKernels

/// ½ d² where |d| ≤ δ and δ (|d| − ½ δ) elsewhere, for d = y − t: squared for small errors and straight
/// for large ones, so that outliers count less. PyTorch's `huber_loss`.
///
/// ∂/∂y of a single loss is d, but no less than −δ and no more than δ.
///
/// Source: Huber, "Robust Estimation of a Location Parameter" (1964).
///
/// Traps unless both have the same shape and floating-point type, and where δ is not positive.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t.
///   - delta: δ.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func huberLoss(
  predictions: Tensor, targets: Tensor, delta: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  guard delta > 0 else { fatalError("huberLoss: delta is \(delta), and must be positive") }
  return HuberLoss(name: "huberLoss", delta: delta, factor: 1, reduction: reduction)(
    predictions, targets)
}

/// ½ d² / β where |d| < β and |d| − ½ β elsewhere, for d = y − t: ``huberLoss(predictions:targets:delta:reduction:)``
/// divided by its δ, so that the straight part has the slope 1. PyTorch's `smooth_l1_loss`.
///
/// ∂/∂y of a single loss is d / β between −1 and 1. With β = 0 it is
/// ``meanAbsoluteError(predictions:targets:reduction:)``.
///
/// Source: Girshick, "Fast R-CNN" (2015).
///
/// Traps unless both have the same shape and floating-point type, and where β is negative.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t.
///   - beta: β.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func smoothL1Loss(
  predictions: Tensor, targets: Tensor, beta: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  guard beta >= 0 else { fatalError("smoothL1Loss: beta is \(beta), and must not be negative") }
  if beta == 0 { return AbsoluteError(reduction: reduction)(predictions, targets) }
  return HuberLoss(name: "smoothL1Loss", delta: beta, factor: 1 / beta, reduction: reduction)(
    predictions, targets)
}

struct HuberLoss: ElementwiseLossOperation {
  let name: String
  let delta: Double
  let factor: Double
  let reduction: LossReduction

  static var loss: bp_formula { BP_HUBER }
  static var lossGradient: bp_formula { BP_HUBER_GRADIENT }
  var setting: Double { delta }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let slope = (inputs[0] - inputs[1]).clipped(min: -delta, max: delta)
    return index == 0 ? slope : -slope
  }
}
