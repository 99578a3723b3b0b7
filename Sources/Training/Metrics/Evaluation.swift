import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// How a classifier did on a data set.
public struct Evaluation: Sendable, Hashable {
  /// All that was counted.
  public let metrics: ClassificationMetrics
  /// The seconds that the model took.
  public let seconds: Double

  /// `confusion[truth][prediction]`: how many examples of a class were taken for each class.
  public var confusion: [[Int]] { metrics.confusion.counts }
  /// The number of examples.
  public var count: Int { metrics.confusion.count }
  /// The number of examples that were classified correctly.
  public var correct: Int { metrics.confusion.correct }
  /// The share of examples that were classified correctly; 0 for none.
  public var accuracy: Double { metrics.confusion.accuracy }
}

/// Classifies a data set and compares with its labels.
///
/// ```swift
/// let evaluation = evaluate(model, on: test)
/// print(evaluation.accuracy, evaluation.confusion[3][5])     // threes that were taken for fives
/// print(evaluation.metrics.values)
/// ```
///
/// - Parameters:
///   - model: gives one number a class, the largest for the likeliest.
///   - dataset: what to classify.
///   - batchSize: how many examples to classify at a time.
public func evaluate(
  _ model: some Layer, on dataset: ImageDataset, batchSize: Int = 1000
) -> Evaluation {
  var plain = dataset
  plain.options.oneHot = false
  var metrics = ClassificationMetrics(classes: dataset.classNames.count)
  let seconds = classify(plain, with: model, batchSize: batchSize) {
    metrics.add(logits: $0, labels: $1)
  }
  return Evaluation(metrics: metrics, seconds: seconds)
}

/// The share of pictures that a model classifies correctly, of a data set or a part of one; 0 of none.
public func accuracy(of model: some Layer, on dataset: some Dataset<ImageBatch>) -> Double {
  var correct = 0.0
  classify(dataset, with: model, batchSize: 1000) { scores, labels in
    let isOneHot = labels.scalarType.isFloatingPoint
    correct += correctCount(scores, isOneHot ? labels.argmax(axis: 1) : labels)
  }
  return dataset.count == 0 ? 0 : correct / Double(dataset.count)
}

/// How many rows of scores are largest at their label, a whole number.
func correctCount(_ scores: Tensor, _ labels: Tensor) -> Double {
  (scores.argmax(axis: 1) .== labels.cast(to: .int64)).cast(to: .float64).sum().item
}

/// Hands out what a model gives for each batch, with the labels, and returns the seconds that the model
/// took.
@discardableResult
func classify(
  _ dataset: some Dataset<ImageBatch>, with model: some Layer, batchSize: Int,
  _ body: (_ scores: Tensor, _ labels: Tensor) -> Void
) -> Double {
  var seconds = 0.0
  let clock = ContinuousClock()
  for batch in dataset.batches(of: min(batchSize, max(1, dataset.count))) {
    var scores: Tensor?
    seconds +=
      clock.measure { scores = withoutGradient { model(batch.images, .inference) } }
      .inSeconds
    body(scores.unsafelyUnwrapped, batch.labels)
  }
  return seconds
}

/// The share of examples whose largest logit is that of their label: NaN of none. Traps if the shapes
/// do not fit, or the labels are no whole numbers.
///
/// ```swift
/// accuracy(logits: model(batch.inputs, .inference), targets: batch.targets)
/// ```
///
/// - Parameters:
///   - logits: of shape (n, classes).
///   - targets: n labels, of a whole type and shape (n).
public func accuracy(logits: Tensor, targets: Tensor) -> Double {
  guard logits.rank == 2, targets.shape == [logits.shape[0]], !targets.scalarType.isFloatingPoint
  else {
    ShapeError(
      "accuracy", [logits.shape, targets.shape],
      "the logits are (n, classes), and the targets n labels of a whole type; they are "
        + "\(targets.scalarType)"
    ).trap()
  }
  let isCorrect = logits.detached.argmax(axis: 1) .== targets.cast(to: .int64)
  return isCorrect.cast(to: .float64).mean().item
}

extension Duration {
  /// This duration in seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
