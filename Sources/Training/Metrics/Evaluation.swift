import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks

/// How a classifier did on a data set.
public struct Evaluation: Sendable, Hashable {
  /// `confusion[truth][prediction]`: how many examples of a class were taken for each class.
  public let confusion: [[Int]]
  /// The seconds that the model took.
  public let seconds: Double

  /// The number of examples.
  public var count: Int { confusion.joined().reduce(0, +) }
  /// The number of examples that were classified correctly.
  public var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }
  /// The share of examples that were classified correctly; 0 for none.
  public var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }
}

/// Classifies a data set and compares with its labels.
///
/// ```swift
/// let evaluation = evaluate(model, on: test)
/// print(evaluation.accuracy, evaluation.confusion[3][5])     // threes that were taken for fives
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
  let classes = dataset.classNames.count
  var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
  var seconds = 0.0
  let clock = ContinuousClock()
  for batch in plain.batches(of: min(batchSize, max(1, dataset.count))) {
    var predictions: [Int64] = []
    seconds +=
      clock.measure {
        predictions = withoutGradient { model(batch.images, .inference).argmax(axis: 1) }.scalars()
      }.inSeconds
    let labels: [Int32] = batch.labels.scalars()
    for (label, prediction) in zip(labels, predictions) where Int(prediction) < classes {
      confusion[Int(label)][Int(prediction)] += 1
    }
  }
  return Evaluation(confusion: confusion, seconds: seconds)
}

/// The share of a data set that a model classifies correctly.
public func accuracy(of model: some Layer, on dataset: ImageDataset) -> Double {
  evaluate(model, on: dataset).accuracy
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
