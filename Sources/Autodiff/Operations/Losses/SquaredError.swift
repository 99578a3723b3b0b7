import BackpropArrays
import CBackpropKernels

/// Half the sum of squared differences: the squared error as the course defines it.
///
/// E = ½ Σ (y − t)²; ∂E/∂y = y − t.
///
/// ```swift
/// squaredError(predictions: model(x), targets: y).backward()
/// ```
///
/// Traps unless both have the same shape: one that is broadcast silently is the classic mistake.
public func squaredError(predictions: Tensor, targets: Tensor) -> Tensor {
  SquaredError(factor: 0.5, reduction: .sum)(predictions, targets)
}

/// The mean of squared differences, (1/n) Σ (y − t)², over all n elements: PyTorch's `mse_loss`. NaN
/// of no elements.
///
/// ∂L/∂y = 2 (y − t) / n.
///
/// ```swift
/// let loss = meanSquaredError(predictions: model(x), targets: y)   // two of one shape -> one number
/// ```
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t.
///   - reduction: the mean of (y − t)², or their sum, or they themselves.
public func meanSquaredError(
  predictions: Tensor, targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  SquaredError(factor: 1, reduction: reduction)(predictions, targets)
}

struct SquaredError: ElementwiseLossOperation {
  let factor: Double
  let reduction: LossReduction

  var name: String { "squaredError" }
  static var loss: bp_formula { BP_SQUARED_ERROR }
  static var lossGradient: bp_formula { BP_SQUARED_ERROR_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    (inputs[0] - inputs[1]) * (index == 0 ? 2 : -2)
  }
}
