import BackpropArrays
import BackpropAutodiff

/// All that is asked of a classifier at once, counted batch by batch: how often it is right and what it
/// takes for what, how sure it is of the true classes, and how well its scores tell them apart.
///
/// ```swift
/// var metrics = ClassificationMetrics(classes: 10)
/// for batch in test.batches(of: 1000) {
///   metrics.add(logits: model(batch.images, .inference), labels: batch.labels)
/// }
/// print(metrics.values)        // ["accuracy": 0.979, "f1": 0.9788, "logLoss": 0.068, …]
/// ```
public struct ClassificationMetrics: Sendable, Hashable {
  /// What was taken for what, with precision, recall and F₁.
  public private(set) var confusion: ConfusionMatrix
  /// The mean cross-entropy.
  public private(set) var logLoss = LogLoss()
  /// The share of examples whose class is among the likeliest five, or among all but one where there are
  /// fewer classes.
  public private(set) var topK: TopKAccuracy
  /// The curve of each class against all others, by probabilities.
  public private(set) var roc: OneVersusRestROC

  /// Of no examples.
  ///
  /// Traps if the number of classes is negative.
  public init(classes: Int) {
    confusion = ConfusionMatrix(classes: classes)
    topK = TopKAccuracy(k: max(1, min(5, classes - 1)))
    roc = OneVersusRestROC(classes: classes)
  }

  /// Counts more examples.
  ///
  /// Traps if the shapes do not fit, or a label is no class.
  ///
  /// - Parameters:
  ///   - logits: what the classifier gives, of shape (…, classes).
  ///   - labels: the true classes, whole numbers of shape (…).
  public mutating func add(logits: Tensor, labels: Tensor) {
    confusion.add(predictions: logits, labels: labels)
    logLoss.add(logits: logits, labels: labels)
    topK.add(scores: logits, labels: labels)
    let probabilities = withoutGradient { logits.detached.cast(to: .float64).softmax() }
    roc.add(scores: probabilities, labels: labels)
  }

  /// The numbers with their names, in order: `accuracy`, macro averages `precision`, `recall` and `f1`, the
  /// accuracy of the first guesses under a name such as `top5`, `logLoss` and `rocAUC`.
  public var named: [(name: String, value: Double)] {
    [
      ("accuracy", confusion.accuracy), ("precision", confusion.precision(.macro)),
      ("recall", confusion.recall(.macro)), ("f1", confusion.f1(.macro)),
      ("top\(topK.k)", topK.value), ("logLoss", logLoss.value), ("rocAUC", roc.area(.macro)),
    ]
  }

  /// The numbers of ``named`` by name.
  public var values: [String: Double] {
    Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.value) })
  }
}
