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
  /// The place of the first example for which the model gave something that is not finite, which no
  /// metric is worth anything with; `nil` if all it gave is.
  public let firstNonFinite: Int?

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
  var count = EvaluationCount(classes: dataset.classNames.count)
  count.seconds = classify(plain, with: model, batchSize: batchSize) { count.add($0, $1) }
  return count.result
}

/// Classifies any data set, such as pictures in folders or the rows of a table, and compares with its
/// labels.
///
/// ```swift
/// let evaluation = try evaluate(model, on: rows, classes: 3) { ($0.inputs, $0.targets) }
/// ```
///
/// - Parameters:
///   - model: gives one number a class, the largest for the likeliest.
///   - dataset: what to classify.
///   - classes: the number of classes.
///   - batchSize: how many examples to classify at a time.
///   - parts: what the model is given of a batch, and the labels, whole numbers.
/// - Throws: what reading the examples throws.
public func evaluate<Examples: Dataset>(
  _ model: some Layer, on dataset: Examples, classes: Int, batchSize: Int = 1000,
  _ parts: (Examples.Batch) throws -> (inputs: Tensor, labels: Tensor)
) throws -> Evaluation {
  var count = EvaluationCount(classes: classes)
  let clock = ContinuousClock()
  let pass = DataPass(
    count: dataset.count, batchSize: max(1, min(batchSize, dataset.count)))
  let source = dataset.source(of: pass)
  for index in 0..<pass.batchCount {
    let (inputs, labels) = try parts(source.batch(index))
    let start = clock.now
    let scores = withoutGradient { model(inputs, .inference) }
    count.seconds += start.duration(to: clock.now).inSeconds
    count.add(scores, labels)
  }
  return count.result
}

/// What is counted of a classifier, batch by batch.
private struct EvaluationCount {
  var seconds = 0.0
  private var metrics: ClassificationMetrics
  private var firstNonFinite: Int?

  init(classes: Int) { metrics = ClassificationMetrics(classes: classes) }

  mutating func add(_ scores: Tensor, _ labels: Tensor) {
    if firstNonFinite == nil, !scores.allFinite {
      let place = scores.doubles.firstIndex { !$0.isFinite } ?? 0
      firstNonFinite = metrics.confusion.count + place / max(1, scores.shape[1])
    }
    metrics.add(logits: scores, labels: labels)
  }

  var result: Evaluation {
    Evaluation(metrics: metrics, seconds: seconds, firstNonFinite: firstNonFinite)
  }
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
