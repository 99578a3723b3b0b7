import BackpropArrays

// What losses of rows with a label each have in common.

extension Tensor {
  /// A loss of rows for logits of any number of axes, of which the last are the classes: all others
  /// become one, and the losses of single rows get them back.
  ///
  /// - Parameters:
  ///   - operation: the loss, for errors.
  ///   - targets: a label for each row, or numbers of the logits' shape.
  ///   - reduction: what `loss` does with the rows' losses.
  ///   - loss: of logits of shape (rows, classes), and of targets of shape (rows) or of the logits'.
  func asRowLosses(
    _ operation: String, _ targets: Tensor, _ reduction: LossReduction,
    _ loss: (_ logits: Tensor, _ targets: Tensor) -> Tensor
  ) -> Tensor {
    guard rank > 1 else { return failing(.labels(operation, self, targets)) }
    // Of a matrix, the loss says itself what does not fit.
    if rank == 2 { return loss(self, targets) }
    let leading = shape.withoutLast
    let isLabels = !targets.scalarType.isFloatingPoint
    guard targets.shape == (isLabels ? leading : shape) else {
      return failing(.labels(operation, self, targets))
    }
    let rows = leading.elementCount
    let logits = reshaped(to: Shape([rows, shape[rank - 1]]))
    let losses = loss(logits, targets.reshaped(to: isLabels ? Shape([rows]) : logits.shape))
    return reduction == .none ? losses.reshaped(to: leading) : losses
  }
}

extension ShapeError {
  /// The error of labels that are not one for each row of `logits`.
  static func labels(_ operation: String, _ logits: Tensor, _ targets: Tensor) -> ShapeError {
    let shapes = [logits.shape, targets.shape]
    guard logits.rank > 1 else {
      return ShapeError(
        operation, shapes, "logits are numbers of shape (…, classes)",
        hint: logits.rank == 1 ? "for a batch of one, expandingDimension(at: 0)" : nil)
    }
    let leading = logits.shape.withoutLast
    var hint: String?
    if Array(targets.shape) == [logits.shape[0]] + logits.shape.dropFirst(2) {
      hint =
        "the classes lie along the last axis here, and not along axis 1 as in PyTorch; transpose"
    } else if targets.count == leading.elementCount {
      hint = "reshape the labels to \(leading)"
    } else if targets.shape == logits.shape, operation == "crossEntropy" {
      hint = "one-hot rows are probabilities: convert them, with cast(to: .\(logits.scalarType))"
    }
    return ShapeError(
      operation, shapes,
      "there must be one label for each row of \(logits.shape[logits.rank - 1]) classes: whole "
        + "numbers of shape \(leading)"
        + (operation == "crossEntropy" ? ", or probabilities of the shape of the logits" : ""),
      hint: hint)
  }

  /// The error of class weights that are not one for each class.
  static func classWeights(_ operation: String, _ logits: Tensor, _ weights: Tensor) -> ShapeError {
    let classes = logits.shape.last ?? 0
    return ShapeError(
      operation, [logits.shape, weights.shape],
      "class weights must be \(logits.scalarType) of shape (\(classes),), one for each class, and "
        + "are \(weights.scalarType)")
  }
}

extension Inputs {
  /// The shape rule of losses of rows: logits (n, classes), n labels, and perhaps weights (classes).
  func rowLossType(_ operation: String, _ reduction: LossReduction) throws(ShapeError) -> TensorType
  {
    let (logits, labels) = (self[0], self[1])
    try requireFloatingPoint(0, operation)
    guard logits.rank == 2, labels.shape == [logits.shape[0]] else {
      throw .labels(operation, logits, labels)
    }
    guard !labels.scalarType.isFloatingPoint, labels.scalarType != .bool else {
      throw ShapeError(
        operation, shapes, "labels are whole numbers, not \(labels.scalarType)",
        hint: "convert them, with cast(to: .int32)")
    }
    if count == 3, self[2].type != TensorType([logits.shape[1]], logits.scalarType) {
      throw .classWeights(operation, logits, self[2])
    }
    return TensorType(reduction == .none ? labels.shape : .scalar, logits.scalarType)
  }
}

extension NDArray {
  /// These labels as the kernels take them, contiguous and `int32`, with −1 for those that are ignored.
  ///
  /// - Throws: which label is no class of 0..<`classes`.
  func kernelLabels(
    below classes: Int, ignoring ignoredLabel: Int?, _ operation: String, _ inputs: Inputs
  ) throws(ShapeError) -> NDArray {
    guard let ignoredLabel else {
      try requireLabels(below: classes, operation, inputs)
      return contiguousInt32
    }
    var labels = cast(to: .int64).scalars(as: Int64.self)
    for (index, label) in labels.enumerated() {
      if label == Int64(ignoredLabel) {
        labels[index] = -1
      } else if label < 0 || label >= classes {
        throw ShapeError(
          operation, inputs.shapes,
          "label \(index) is \(label), and the classes are 0..<\(classes)")
      }
    }
    return NDArray(labels.map { Int32($0) })
  }
}
