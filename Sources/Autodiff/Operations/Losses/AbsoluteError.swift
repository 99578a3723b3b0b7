import BackpropArrays
import CBackpropKernels

/// The mean of absolute differences, (1/n) Σ |y − t|, over all n elements: PyTorch's `l1_loss`. NaN of
/// no elements.
///
/// ∂L/∂y = sign(y − t) / n, which is 0 where they are equal. Outliers count less than in
/// ``meanSquaredError(predictions:targets:reduction:)``.
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t.
///   - reduction: the mean of |y − t|, or their sum, or they themselves.
public func meanAbsoluteError(
  predictions: Tensor, targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  AbsoluteError(reduction: reduction)(predictions, targets)
}

struct AbsoluteError: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "absoluteError" }
  static var loss: bp_formula { BP_ABSOLUTE_ERROR }
  static var lossGradient: bp_formula { BP_ABSOLUTE_ERROR_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let sign = (inputs[0] - inputs[1]).sign()
    return index == 0 ? sign : -sign
  }
}
