import BackpropArrays
import CBackpropKernels

/// The negative logarithm of the probability that each row's label was given, its mean over the rows:
/// PyTorch's `nll_loss`, after a `logSoftmax`. Taken from logits at once it is
/// `crossEntropy`, which is faster.
///
/// L = −Σᵢ w[labelᵢ] lᵢ[labelᵢ] / Σᵢ w[labelᵢ], with weights w of 1 unless given; ∂L/∂l is
/// −w[labelᵢ] / Σ w at the label and 0 elsewhere. Rows whose label is ignored add nothing to either sum.
/// The mean over no rows is NaN.
///
/// Shapes are never broadcast; traps where they do not fit, or a label is no class. No gradient flows to
/// the class weights.
///
/// - Parameters:
///   - logProbabilities: l, of shape (…, classes).
///   - targets: labels in 0..<classes, of a whole type and shape (…).
///   - classWeights: w, of shape (classes) and the type of the probabilities.
///   - ignoredLabel: the label of rows that do not count, which need be no class.
///   - reduction: the weighted mean over the rows, or the sum of their losses, or the losses, of shape
///     (…).
public func negativeLogLikelihood(
  logProbabilities: Tensor, targets: Tensor, classWeights: Tensor? = nil,
  ignoring ignoredLabel: Int? = nil, reduction: LossReduction = .mean
) -> Tensor {
  logProbabilities.asRowLosses("negativeLogLikelihood", targets, reduction) { rows, targets in
    let operation = NegativeLogLikelihood(ignoredLabel: ignoredLabel, reduction: reduction)
    guard let classWeights else { return operation(rows, targets) }
    return operation(rows, targets, classWeights.detached)
  }
}

struct NegativeLogLikelihood: TensorOperation {
  let ignoredLabel: Int?
  let reduction: LossReduction

  var name: String { "negativeLogLikelihood" }
  var details: String { reduction == .mean ? "" : reduction.rawValue }
  /// Where the labels' elements lie, the weights of the rows, and the sum of those.
  var savedCount: Int { 3 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.rowLossType(name, reduction)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let (rows, classes) = (pass.inputs[0].shape[0], pass.inputs[0].shape[1])
    let labels = try pass.input(1).kernelLabels(
      below: classes, ignoring: ignoredLabel, name, pass.inputs
    ).scalars(as: Int32.self)
    let classWeights = pass.inputs.count == 3 ? pass.input(2).doubles : nil
    let positions = Tensor(
      labels.enumerated().map { Int64($0 * classes) + Int64(max($1, 0)) }, shape: [rows])
    let weights = Tensor(
      NDArray(
        labels.map { $0 < 0 ? 0 : classWeights?[Int($0)] ?? 1 }, shape: [rows],
        scalarType: type.scalarType))
    let total = weights.sum()
    pass.save(positions.array)
    pass.save(weights.array)
    pass.save(total.array)
    let elements = pass.inputs[0].detached.reshaped(to: Shape([rows * classes])).gather(
      rows: positions)
    // Chosen and not multiplied, so that an infinity that does not count is none.
    let losses = Tensor.where(weights .== 0, 0, -(elements * weights))
    switch reduction {
    case .mean: return (losses.sum() / total).array
    case .sum: return losses.sum().array
    case .none: return losses.array
    }
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    let (type, positions, weights) = (pass.inputType(0), pass.saved(0), pass.saved(1))
    var g = pass.cotangent * -weights
    // Where no row counts, the sum of the weights is 0.
    if reduction == .mean { g = Tensor.where(weights .== 0, 0, g / pass.saved(2)) }
    let zeros = Tensor.zeros([type.shape.elementCount], scalarType: type.scalarType)
    let flat = zeros.scatterAdd(g, at: positions)
    pass.add(flat.reshaped(to: type.shape), to: 0)
  }
}
