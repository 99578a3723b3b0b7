import BackpropArrays
import CBackpropKernels

/// The Poisson loss of the logarithms of rates.
struct LogPoissonLoss: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "poissonNegativeLogLikelihood" }
  static var loss: bp_formula { BP_LOG_POISSON }
  static var lossGradient: bp_formula { BP_LOG_POISSON_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (x, t) = (inputs[0], inputs[1])
    return index == 0 ? x.exp() - t : -x
  }
}
