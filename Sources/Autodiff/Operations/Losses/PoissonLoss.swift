import BackpropArrays
import CBackpropKernels

/// The negative log likelihood of counts t that follow a Poisson distribution of rate λ = exp(x), but
/// for a constant: exp(x) − t x. PyTorch's `poisson_nll_loss`.
///
/// ∂/∂x of a single loss is exp(x) − t.
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - logRates: x, the logarithms of the predicted rates.
///   - targets: t, the counts.
///   - includesConstant: whether ln t! is added, by Stirling's approximation
///     t ln t − t + ½ ln(2π t) for t > 1. It makes no difference to a gradient by the rates.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func poissonNegativeLogLikelihood(
  logRates: Tensor, targets: Tensor, includesConstant: Bool = false,
  reduction: LossReduction = .mean
) -> Tensor {
  if includesConstant {
    return (LogPoissonLoss(reduction: .none)(logRates, targets) + targets.stirling)
      .reduced(by: reduction)
  }
  return LogPoissonLoss(reduction: reduction)(logRates, targets)
}

/// The negative log likelihood of counts t that follow a Poisson distribution of rate λ, but for a
/// constant: λ − t ln(λ + ε). PyTorch's `poisson_nll_loss(log_input=False)`.
///
/// ∂/∂λ of a single loss is 1 − t / (λ + ε).
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - rates: λ, the predicted rates.
///   - targets: t, the counts.
///   - epsilon: ε, which keeps the logarithm finite where a rate is 0.
///   - includesConstant: whether ln t! is added, by Stirling's approximation.
///   - reduction: the mean of the losses of all elements, or their sum, or they themselves.
public func poissonNegativeLogLikelihood(
  rates: Tensor, targets: Tensor, epsilon: Double = 1e-8, includesConstant: Bool = false,
  reduction: LossReduction = .mean
) -> Tensor {
  if includesConstant {
    return (PoissonLoss(epsilon: epsilon, reduction: .none)(rates, targets) + targets.stirling)
      .reduced(by: reduction)
  }
  return PoissonLoss(epsilon: epsilon, reduction: reduction)(rates, targets)
}

struct PoissonLoss: ElementwiseLossOperation {
  let epsilon: Double
  let reduction: LossReduction

  var name: String { "poissonNegativeLogLikelihood" }
  static var loss: bp_formula { BP_POISSON }
  static var lossGradient: bp_formula { BP_POISSON_GRADIENT }
  var setting: Double { epsilon }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (rate, t) = (inputs[0] + epsilon, inputs[1])
    return index == 0 ? 1 - t / rate : -rate.log()
  }
}

extension Tensor {
  /// ln t! for t > 1, by Stirling's approximation; 0 elsewhere.
  fileprivate var stirling: Tensor {
    let t = maximum(1)
    let logarithm = t * t.log() - t + 0.5 * (t * (2 * Double.pi)).log()
    return Tensor.where(self .> 1, logarithm, 0)
  }
}
