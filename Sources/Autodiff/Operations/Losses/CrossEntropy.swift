import BackpropArrays

/// The mean cross-entropy between logits and what they should have said: the loss for classifying.
///
/// L = −(1/n) Σᵢ ln softmax(xᵢ)[labelᵢ]; ∂L/∂x = (softmax(x) − onehot(label)) / n. Softmax is part
/// of it: hand it the last layer's raw results. Taken together they neither overflow nor lose
/// digits, and the gradient is a subtraction.
///
/// ```swift
/// let loss = crossEntropy(logits: model(images), targets: labels)  // (100, 10), (100) -> one number
/// ```
///
/// Traps if shapes or types are others than said below, or a label is not one of the classes. Shapes
/// are never broadcast.
///
/// - Parameters:
///   - logits: of shape (n, classes).
///   - targets: n labels in 0..<classes, of a whole type and shape (n); or probabilities of the
///     logits' shape and type, such as one-hot rows, for which L = −(1/n) Σ t ln softmax(x), where
///     0 · (−∞) counts 0. The mean over no rows is NaN.
///
/// Source: Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.
public func crossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
  guard targets.scalarType.isFloatingPoint else { return CrossEntropy()(logits, targets) }
  let losses = WeightedLogarithm()(targets, logits.logSoftmax())
  return -losses.sum() / Double(logits.shape.first ?? 1)
}

struct CrossEntropy: TensorOperation {
  var name: String { "crossEntropy" }
  /// softmax(x), of which the gradient is made.
  var savedCount: Int { 1 }

  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.withArrays(0, 1) { logits, labels throws(ShapeError) in
      guard logits.storage.shape.rank == 2, logits.storage.scalarType.isFloatingPoint else {
        throw ShapeError(
          name, inputs.shapes, "logits are floating-point numbers of shape (n, classes)")
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
