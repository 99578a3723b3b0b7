import BackpropArrays

/// The mean cross-entropy between logits and what they should have said: the loss for classifying.
///
/// L = −(1/n) Σᵢ ln softmax(xᵢ)[labelᵢ]; ∂L/∂x = (softmax(x) − onehot(label)) / n. Softmax is part
/// of it: hand it the last layer's raw results. Taken together they neither overflow nor lose
/// digits, and the gradient is a subtraction.
///
/// ```swift
/// let loss = crossEntropy(model(images), labels)      // (100, 10) and (100) -> one number
/// ```
///
/// - Parameters:
///   - logits: of shape (n, classes).
///   - targets: n labels in 0..<classes, of a whole type and shape (n); or probabilities of the
///     logits' shape and type, such as one-hot rows, for which L = −(1/n) Σ t ln softmax(x).
///
/// Shapes are never broadcast. Source: Bishop, Pattern Recognition and Machine Learning (2006),
/// section 4.3.4.
public func crossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  if targets.scalarType.isFloatingPoint {
    guard targets.shape == logits.shape, logits.rank == 2 else {
      ShapeError(
        CrossEntropy.name, [logits.shape, targets.shape],
        "targets that are probabilities must have the logits' shape, (n, classes)",
        hint: "labels are whole numbers of shape (n); convert them with cast(to: .int32)"
      ).trap()
    }
    return -(targets * logits.logSoftmax()).sum() / Double(max(1, logits.shape[0]))
  }
  return CrossEntropy()(logits, targets.cast(to: .int32))
}

struct CrossEntropy: TensorOperation {
  static let name = "crossEntropy"

  func forward(_ inputs: Inputs) throws(ShapeError) -> NDArray {
    try inputs.withArrays(0, 1) { logits, labels throws(ShapeError) in
      guard logits.rank == 2, logits.scalarType.isFloatingPoint else {
        throw ShapeError(
          Self.name, inputs.shapes, "logits are floating-point numbers of shape (n, classes)")
      }
      let (rows, classes) = (logits.shape[0], logits.shape[1])
      guard labels.rank == 1, labels.count == rows else {
        throw ShapeError(
          Self.name, inputs.shapes, "there must be one label a row: labels of shape (\(rows),)",
          hint: labels.count == rows ? "reshape the labels to [-1]" : nil)
      }
      if let wrong = labels.firstLabel(outside: classes) {
        let label = labels.withContiguousScalars(as: Int32.self) { $0[wrong] }
        throw ShapeError(
          Self.name, inputs.shapes, "label \(wrong) is \(label), and the classes are 0..<\(classes)"
        )
      }
      return logits.crossEntropy(labels)
    }
  }

  func backward(_ pass: inout BackwardPass) {
    if pass.isRecording {
      let (logits, labels) = (pass.input(0), pass.input(1))
      let rows = Double(max(1, logits.shape[0]))
      let oneHot = labels.oneHot(classes: logits.shape[1], logits.scalarType)
      pass.add((logits.softmax() - oneHot) * (pass.cotangent / rows), to: 0)
    } else {
      let cotangent = pass.takeCotangent().item
      let gradient = pass.inputs.withArrays(0, 1) { logits, labels in
        logits.crossEntropyGradient(labels, scale: cotangent / Double(max(1, labels.count)))
      }
      pass.add(Tensor(gradient), to: 0)
    }
  }

  static let samples = [
    GradientSample("labels", [.numbers([3, 4])]) {
      crossEntropy($0[0], Tensor([1, 3, 0] as [Int32]))
    },
    GradientSample("probabilities", [.numbers([3, 4])]) {
      crossEntropy($0[0], Tensor(NDArray.positives([3, 4]).softmax()))
    },
  ]
}
