import BackpropArrays
import BackpropAutodiff
import BackpropFiles

/// How surprised a classifier is by the true classes: −(1/n) Σ ln p(true class), the mean cross-entropy.
/// 0 for one that is sure and right; ln(classes) for one that knows nothing.
///
/// ```swift
/// var loss = LogLoss()
/// for batch in test.batches(of: 1000) {
///   loss.add(logits: model(batch.images, .inference), labels: batch.labels)
/// }
/// print(loss.value)
/// ```
///
/// In double precision, whatever the type of the scores.
public struct LogLoss: Sendable, Hashable {
  /// The number of examples.
  public private(set) var count = 0
  private var sum = 0.0

  /// Of no examples.
  public init() {}

  /// The mean over the examples; NaN of none.
  public var value: Double { sum / Double(count) }

  /// Counts more examples, by what the last layer of a classifier gives. Their softmax is taken in double
  /// precision, so that no probability becomes 0.
  ///
  /// Traps if the shapes do not fit, or a label is no class.
  ///
  /// - Parameters:
  ///   - logits: of shape (…, classes).
  ///   - labels: whole numbers of shape (…).
  public mutating func add(logits: Tensor, labels: Tensor) {
    let scores = withoutGradient { logits.detached.cast(to: .float64).logSoftmax() }
    add(scores, labels) { -$0 }
  }

  /// Counts more examples, by probabilities: scikit-learn's `log_loss`.
  ///
  /// A probability is taken for at least ε and at most 1 − ε, where ε is the distance from 1 to the next
  /// number of its type, so that one that was rounded to 0 gives no infinity.
  ///
  /// Traps if the shapes do not fit, or a label is no class.
  ///
  /// - Parameters:
  ///   - probabilities: of shape (…, classes), those of a row summing to 1.
  ///   - labels: whole numbers of shape (…).
  public mutating func add(probabilities: Tensor, labels: Tensor) {
    let least =
      probabilities.scalarType == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
    // A NaN stays one: min and max of Swift would hide it.
    add(probabilities, labels) {
      -log($0 < least ? least : $0 > 1 - least ? 1 - least : $0)
    }
  }

  private mutating func add(_ scores: Tensor, _ labels: Tensor, _ loss: (Double) -> Double) {
    let classes = labels.classCount(ofScores: scores, "LogLoss")
    let truths = labels.classes("LogLoss", count: classes)
    let numbers = scores.doubles
    count += truths.count
    for (row, label) in truths.enumerated() { sum += loss(numbers[row * classes + label]) }
  }
}
