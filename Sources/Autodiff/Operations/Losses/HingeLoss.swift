import BackpropArrays
import CBackpropKernels

/// max(0, m − t y) for a target t of −1 or 1: no loss where the prediction lies on the right side by the
/// margin m at least. What a support vector machine minimises.
///
/// ∂/∂y of a single loss is −t where m − t y ≥ 0, else 0.
///
/// ```swift
/// hingeLoss(predictions: scores, targets: labels.cast(to: .float32) * 2 - 1)
/// ```
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - predictions: y, raw scores.
///   - targets: t, −1 or 1.
///   - margin: m.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func hingeLoss(
  predictions: Tensor, targets: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  HingeLoss(margin: margin, reduction: reduction)(predictions, targets)
}

/// max(0, m − t (a − b)) for a target t of 1, where a should rank above b, or of −1, where it should
/// rank below: PyTorch's `margin_ranking_loss`.
///
/// Traps unless all have the same shape and floating-point type.
///
/// - Parameters:
///   - first: a, scores.
///   - second: b, scores.
///   - targets: t, −1 or 1.
///   - margin: m, by how much they should differ.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func marginRankingLoss(
  _ first: Tensor, _ second: Tensor, targets: Tensor, margin: Double = 0,
  reduction: LossReduction = .mean
) -> Tensor {
  guard first.shape == second.shape else {
    return first.failing(.lossShapes("marginRankingLoss", [first, second, targets]))
  }
  return HingeLoss(margin: margin, reduction: reduction)(first - second, targets)
}

struct HingeLoss: ElementwiseLossOperation {
  let margin: Double
  let reduction: LossReduction

  var name: String { "hingeLoss" }
  static var loss: bp_formula { BP_HINGE }
  static var lossGradient: bp_formula { BP_HINGE_GRADIENT }
  var setting: Double { margin }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (y, t) = (inputs[0], inputs[1])
    return Tensor.where((y * t).detached .<= margin, index == 0 ? -t : -y, 0)
  }
}

extension ShapeError {
  /// The error of a loss whose inputs differ in shape.
  static func lossShapes(_ operation: String, _ inputs: [Tensor]) -> ShapeError {
    ShapeError(
      operation, inputs.map(\.shape), "all must have the same shape; a loss never broadcasts",
      hint: inputs.allSatisfy { $0.count == inputs[0].count }
        ? "reshape them to one shape" : nil)
  }
}
