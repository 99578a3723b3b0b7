import BackpropArrays
import CBackpropKernels

/// The Kullback–Leibler divergence of targets that are logarithms.
struct LogKLDivergence: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "klDivergence" }
  static var loss: bp_formula { BP_LOG_KL_DIVERGENCE }
  static var lossGradient: bp_formula { BP_LOG_KL_DIVERGENCE_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (x, t) = (inputs[0], inputs[1])
    return index == 0 ? -t.exp() : t.exp() * (t - x + 1)
  }
}
