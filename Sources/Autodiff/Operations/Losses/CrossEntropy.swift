import BackpropArrays

/// The cross-entropy between logits and what they should have said, its mean over the rows: the loss for
/// classifying. PyTorch's `cross_entropy`.
///
/// L = −(1/n) Σᵢ ln softmax(xᵢ)[labelᵢ]; ∂L/∂x = (softmax(x) − onehot(label)) / n. Softmax is part
/// of it: hand it the last layer's raw results. Taken together they neither overflow nor lose
/// digits, and the gradient is a subtraction.
///
/// ```swift
/// let loss = crossEntropy(logits: model(images), targets: labels)  // (100, 10), (100) -> one number
/// crossEntropy(logits: scores, targets: next, ignoring: 0)         // (8, 64, 5000), (8, 64)
/// ```
///
/// With a weight w for each class and smoothing s, a row's loss is −Σⱼ tⱼ wⱼ ln softmax(x)ⱼ, where t is
/// (1 − s) onehot(label) + s / classes. The mean of labelled rows is then weighted: the sum of the
/// losses is divided by that of the weights of the rows' labels, as in PyTorch. Rows whose label is
/// ignored add nothing to either. The mean over no rows is NaN.
///
/// Shapes are never broadcast; traps where they do not fit, or a label is no class. No gradient flows to
/// the class weights.
///
/// Sources: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4; the smoothing:
/// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2016).
///
/// - Parameters:
///   - logits: of shape (…, classes): the classes lie along the last axis, all others are rows.
///   - targets: labels in 0..<classes, of a whole type and shape (…); or probabilities of the
///     logits' shape and type, such as one-hot rows, for which L = −(1/n) Σ t ln softmax(x), where
///     0 · (−∞) counts 0.
///   - classWeights: of shape (classes) and the logits' type: how much each class counts.
///   - labelSmoothing: s, from 0 to 1: how much of the target is spread over all classes.
///   - ignoredLabel: the label of rows that do not count, which need be no class.
///   - reduction: the mean over the rows, or the sum of their losses, or the losses, of shape (…).
public func crossEntropy(
  logits: Tensor, targets: Tensor, classWeights: Tensor? = nil, labelSmoothing: Double = 0,
  ignoring ignoredLabel: Int? = nil, reduction: LossReduction = .mean
) -> Tensor {
  let isPlain = classWeights == nil && labelSmoothing == 0 && ignoredLabel == nil
  if isPlain, reduction == .mean, logits.rank == 2, !targets.scalarType.isFloatingPoint {
    return CrossEntropy()(logits, targets)
  }
  guard (0...1).contains(labelSmoothing) else {
    fatalError("crossEntropy: labelSmoothing is \(labelSmoothing), and must be from 0 to 1")
  }
  return logits.asRowLosses("crossEntropy", targets, reduction) { logits, targets in
    if targets.scalarType.isFloatingPoint {
      return crossEntropy(
        logits, probabilities: targets, classWeights, labelSmoothing, ignoredLabel, reduction)
    }
    if isPlain, reduction == .mean { return CrossEntropy()(logits, targets) }
    let operation = WeightedCrossEntropy(
      labelSmoothing: labelSmoothing, ignoredLabel: ignoredLabel, reduction: reduction)
    guard let classWeights else { return operation(logits, targets) }
    return operation(logits, targets, classWeights.detached)
  }
}

/// The cross-entropy of rows with targets that are probabilities.
private func crossEntropy(
  _ logits: Tensor, probabilities: Tensor, _ classWeights: Tensor?, _ labelSmoothing: Double,
  _ ignoredLabel: Int?, _ reduction: LossReduction
) -> Tensor {
  if ignoredLabel != nil {
    return logits.failing(
      ShapeError(
        "crossEntropy", [logits.shape, probabilities.shape],
        "a label is ignored, and the targets are probabilities",
        hint: "give such rows probabilities of 0"))
  }
  // Which says what does not fit.
  guard probabilities.type == logits.type else { return WeightedLogarithm()(probabilities, logits) }
  var targets = probabilities
  if labelSmoothing > 0 {
    targets = targets * (1 - labelSmoothing) + labelSmoothing / Double(logits.shape[1])
  }
  if let classWeights {
    guard classWeights.type == TensorType([logits.shape[1]], logits.scalarType) else {
      return logits.failing(.classWeights("crossEntropy", logits, classWeights))
    }
    targets = targets * classWeights.detached
  }
  let losses = WeightedLogarithm()(targets, logits.logSoftmax())
  switch reduction {
  case .mean: return -losses.sum() / Double(logits.shape[0])
  case .sum: return -losses.sum()
  case .none: return -losses.sum(axis: 1)
  }
}

struct CrossEntropy: TensorOperation {
  var name: String { "crossEntropy" }
  /// softmax(x), of which the gradient is made.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArrays(0, 1) { logits, labels throws(ShapeError) in
      let type = logits.storage.scalarType
      guard logits.storage.shape.rank == 2, type.isDifferentiable else {
        if type.isStoredOnly { throw .noKernel(name, inputs.shapes, type) }
        throw ShapeError(
          name, inputs.shapes,
          "logits are floating-point numbers of shape (n, classes), and these are "
            + "\(logits.storage.scalarType)")
      }
      let rows = logits.storage.shape.extents[0]
      guard labels.storage.shape.rank == 1, labels.storage.elementCount == rows,
        labels.storage.scalarType != .bool
      else {
        throw ShapeError(
          name, inputs.shapes,
          "there must be one label a row: whole numbers of shape (\(rows),)",
          hint: labels.count == rows ? "reshape the labels to [-1]" : nil)
      }
      return TensorType(.scalar, logits.storage.scalarType)
    }
  }

  func forward(_ pass: inout ForwardPass) throws(ShapeError) -> NDArray {
    let type = try resultType(pass.inputs)
    let inputs = pass.inputs
    let loss = NDArray(uninitialized: .scalar, type.scalarType)
    let probabilities =
      pass.isRecorded ? NDArray(uninitialized: inputs[0].shape, type.scalarType) : nil
    try inputs.withArrays(0, 1) { logits, labels throws(ShapeError) in
      try labels.requireLabels(below: logits.storage.shape.extents[1], name, inputs)
      logits.crossEntropy(labels, into: loss, probabilities)
    }
    if let probabilities = consume probabilities { pass.save(probabilities) }
    return loss
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(1) }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording { return backwardInTensors(&pass) }
    let rows = Double(pass.inputType(0).shape.extents[0])
    let scale = pass.takeCotangent().item / rows
    let gradient = pass.withArray(1) { labels in
      pass.withSaved(0) { $0.crossEntropyGradient(labels, scale: scale) }
    }
    pass.add(Tensor(array: gradient, node: nil), to: 0)
  }

  private func backwardInTensors(_ pass: inout BackwardPass) {
    let logits = pass.inputType(0)
    let probabilities = pass.saved(0, as: Softmax(axis: -1), of: 0)
    let oneHot = pass.input(1).oneHot(classes: logits.shape[1], scalarType: logits.scalarType)
    pass.add((probabilities - oneHot) * (pass.cotangent / Double(logits.shape[0])), to: 0)
  }
}
