import BackpropArrays
import CBackpropKernels

/// The binary cross-entropy with a weight for positive answers, as a third input.
struct WeightedBinaryCrossEntropy: ElementwiseLossOperation {
  let reduction: LossReduction

  var name: String { "binaryCrossEntropy" }
  static var loss: bp_formula { BP_WEIGHTED_BINARY_CROSS_ENTROPY }
  static var lossGradient: bp_formula { BP_WEIGHTED_BINARY_CROSS_ENTROPY_GRADIENT }

  func slope(_ inputs: [Tensor], by index: Int) -> Tensor {
    let (x, t, weight) = (inputs[0], inputs[1], inputs[2])
    // −ln(1 − s) and −ln s
    let (no, yes) = (-(-x).logSigmoid(), -x.logSigmoid())
    return index == 0
      ? (1 - t) * x.sigmoid() - t * weight * (-x).sigmoid() : weight * yes - no
  }
}
