import BackpropArrays
import CBackpropKernels

/// The Kullback–Leibler divergence of predicted probabilities q from true ones p, element by element:
/// p (ln p − ln q), where p = 0 counts 0. PyTorch's `kl_div`.
///
/// ∂/∂(ln q) of a single element is −p.
///
/// The mean is over all elements, as in PyTorch; the divergence itself is their sum, and its mean over
/// the rows of a batch (PyTorch's `batchmean`) the sum divided by their number:
///
/// ```swift
/// klDivergence(logProbabilities: student.logSoftmax(), targets: teacher.softmax(), reduction: .sum)
///   / Double(student.shape[0])
/// ```
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - logProbabilities: ln q, as `logSoftmax` gives it.
///   - targets: p.
///   - reduction: the mean over all elements, or their sum, or they themselves.
public func klDivergence(
  logProbabilities: Tensor, targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  KLDivergence(reduction: reduction)(logProbabilities, targets)
}

/// The Kullback–Leibler divergence where the true probabilities are given by their logarithms too:
/// exp(l) (l − ln q) for l = ln p, where p = 0 counts 0. PyTorch's `kl_div(log_target=True)`.
///
/// Traps unless both have the same shape and floating-point type.
///
/// - Parameters:
///   - logProbabilities: ln q.
///   - logTargets: ln p.
///   - reduction: the mean over all elements, or their sum, or they themselves.
public func klDivergence(
  logProbabilities: Tensor, logTargets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  LogKLDivergence(reduction: reduction)(logProbabilities, logTargets)
}

struct KLDivergence: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "klDivergence" }
  static var loss: bp_formula { BP_KL_DIVERGENCE }
  static var lossGradient: bp_formula { BP_KL_DIVERGENCE_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (x, t) = (inputs[0], inputs[1])
    return index == 0 ? -t : t.log() - x + 1
  }
}
