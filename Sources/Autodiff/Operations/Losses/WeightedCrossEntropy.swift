import BackpropArrays
import CBackpropKernels

/// The cross-entropy of labelled rows with all that it can be set to: logits (n, classes), n labels, and
/// perhaps class weights.
struct WeightedCrossEntropy: TensorOperation {
  let labelSmoothing: Double
  let ignoredLabel: Int?
  let reduction: LossReduction

  var name: String { "crossEntropy" }
  var details: String { reduction == .mean ? "" : reduction.rawValue }
  /// softmax(x), the labels with −1 where they are ignored, and the sum of the rows' weights.
  var savedCount: Int { 3 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.rowLossType(name, reduction)
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let logits = pass.input(0).contiguous()
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let labels = try pass.input(1).kernelLabels(
      below: classes, ignoring: ignoredLabel, name, pass.inputs)
    let weights = pass.inputs.count == 3 ? pass.input(2).contiguous() : nil
    let kernels = type.scalarType.kernels
    let crossEntropy = try kernels.pointee.weighted_cross_entropy.orNoKernel(
      name, pass.inputs.shapes, type.scalarType)
    let losses = NDArray(uninitialized: [rows], type.scalarType)
    let rowWeights = NDArray(uninitialized: [rows], type.scalarType)
    let probabilities =
      pass.isRecorded ? NDArray(uninitialized: logits.shape, type.scalarType) : nil
    withExtendedLifetime((logits, labels, weights)) {
      crossEntropy(
        rows, classes, logits.storage.base, labels.labelMemory, weights?.storage.base,
        labelSmoothing, losses.storage.base, rowWeights.storage.base, probabilities?.storage.base)
    }
    let total = Tensor(array: rowWeights, node: nil).sum()
    if let probabilities {
      pass.save(probabilities)
      pass.save(labels)
      pass.save(total.array)
    }
    if reduction == .none { return losses }
    let sum = Tensor(array: losses, node: nil).sum()
    return (reduction == .mean ? sum / total : sum).array
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds {
    inputs.count == 3 ? .input(2) : .nothing
  }

  func backward(_ pass: inout BackwardPass) {
    let g = reduction == .mean ? pass.cotangent / pass.saved(2) : pass.cotangent
    if pass.isRecording { return pass.add(gradientInTensors(pass, g), to: 0) }
    let (probabilities, labels) = (pass.saved(0).array, pass.saved(1).array)
    let weights = pass.inputCount == 3 ? pass.input(2).array.contiguous() : nil
    let scale = g.array.contiguous()
    let gradient = NDArray(uninitialized: probabilities.shape, probabilities.scalarType)
    guard let kernel = gradient.scalarType.kernels.pointee.weighted_cross_entropy_gradient else {
      ShapeError.noKernel(name, [gradient.shape], gradient.scalarType).trap()
    }
    withExtendedLifetime((probabilities, labels, weights, scale)) {
      kernel(
        gradient.shape[0], gradient.shape[1], probabilities.storage.base, labels.labelMemory,
        weights?.storage.base, labelSmoothing, scale.storage.base, scale.rank == 0 ? 0 : 1,
        gradient.storage.base)
    }
    pass.add(Tensor(array: gradient, node: nil), to: 0)
  }

  /// (softmax(x) Σ t − t) g for the weighted targets t of each row.
  private func gradientInTensors(_ pass: borrowing BackwardPass, _ g: Tensor) -> Tensor {
    let logits = pass.inputType(0)
    let probabilities = pass.saved(0, as: Softmax(axis: -1), of: 0)
    let labels = pass.saved(1)
    let classes = logits.shape[1]
    let isCounted = (labels .>= 0).expandingDimension(at: 1)
    let oneHot = labels.maximum(0).oneHot(classes: classes, scalarType: logits.scalarType)
    var targets = oneHot * (1 - labelSmoothing) + labelSmoothing / Double(classes)
    if pass.inputCount == 3 { targets = targets * pass.input(2).detached }
    let sums = targets.sum(axis: 1, keepDims: true)
    let gradient =
      (probabilities * sums - targets) * (g.rank == 0 ? g : g.expandingDimension(at: 1))
    // Chosen and not multiplied: where no row counts, g is infinite.
    return Tensor.where(isCounted, gradient, 0)
  }
}
