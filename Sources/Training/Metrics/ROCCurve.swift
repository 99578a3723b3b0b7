import BackpropArrays
import BackpropAutodiff

/// How well scores tell two classes apart, whatever the threshold: the receiver operating
/// characteristic and the area under it.
///
/// ```swift
/// var curve = ROCCurve()
/// for batch in test.batches(of: 1000) {
///   curve.add(scores: model(batch.inputs, .inference)[0..., 1], labels: batch.targets)
/// }
/// print(curve.area)
/// figure.plot(curve.points.map(\.falsePositiveRate), curve.points.map(\.truePositiveRate))
/// ```
///
/// The area is the probability that an example of the class has a higher score than one that is not of
/// it, equal scores counting half: 1 for scores that part the classes, 0.5 for scores that say nothing.
/// All scores are kept until it is asked for. For more than two classes there is
/// ``OneVersusRestROC``.
///
/// Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006).
public struct ROCCurve: Sendable, Hashable {
  /// A threshold, and what is found by it.
  public struct Point: Sendable, Hashable {
    /// Of those not of the class, the share that is taken for it.
    public let falsePositiveRate: Double
    /// Of those of the class, the share that is taken for it.
    public let truePositiveRate: Double
    /// Scores from this one on are taken for the class; infinite for none.
    public let threshold: Double
  }

  private var examples: [Example] = []

  private struct Example: Hashable {
    var score: Double
    var isPositive: Bool
  }

  /// Of no examples.
  public init() {}

  /// Of some examples; see ``add(scores:labels:)``.
  public init(scores: Tensor, labels: Tensor) {
    self.init()
    add(scores: scores, labels: labels)
  }

  /// Counts more examples.
  ///
  /// Traps unless both have the same shape, and the labels are 0 and 1.
  ///
  /// - Parameters:
  ///   - scores: the higher, the likelier the class: logits or probabilities.
  ///   - labels: whole numbers or flags of the scores' shape: 1 for examples of the class, 0 for others.
  public mutating func add(scores: Tensor, labels: Tensor) {
    guard scores.shape == labels.shape else {
      ShapeError(
        "ROCCurve", [scores.shape, labels.shape],
        "scores are one number for each label",
        hint: scores.rank == labels.rank + 1
          ? "pick the scores of one class, or take OneVersusRestROC for all" : nil
      ).trap()
    }
    let labels = labels.scalarType == .bool ? labels.cast(to: .uint8) : labels
    for (score, label) in zip(scores.doubles, labels.classes("ROCCurve", count: 2)) {
      add(score, isPositive: label == 1)
    }
  }

  mutating func add(_ score: Double, isPositive: Bool) {
    examples.append(Example(score: score, isPositive: isPositive))
  }

  /// The number of examples.
  public var count: Int { examples.count }
  /// The number of examples of the class.
  public var positiveCount: Int { examples.count { $0.isPositive } }

  /// The area under the curve: scikit-learn's `roc_auc_score`. NaN where all examples are of the class or
  /// none is, or a score is NaN.
  public var area: Double {
    // The number of pairs that are in the right order, those of equal scores half: twice of it is whole.
    var (doubled, positives, negatives) = (0, 0, 0)
    guard
      forEachScore({ _, positive, negative in
        // From the highest score down: these negatives are below all positives so far.
        doubled += negative * (2 * positives + positive)
        positives += positive
        negatives += negative
      }), positives > 0, negatives > 0
    else { return .nan }
    return Double(doubled) / 2 / Double(positives) / Double(negatives)
  }

  /// The curve, from (0, 0) to (1, 1), a point for each score that occurs: scikit-learn's `roc_curve`
  /// with all points kept. Empty where the area is NaN.
  public var points: [Point] {
    let (positives, negatives) = (Double(positiveCount), Double(count - positiveCount))
    var points = [Point(falsePositiveRate: 0, truePositiveRate: 0, threshold: .infinity)]
    var (found, mistaken) = (0, 0)
    guard positives > 0, negatives > 0,
      forEachScore({ score, positive, negative in
        found += positive
        mistaken += negative
        points.append(
          Point(
            falsePositiveRate: Double(mistaken) / negatives,
            truePositiveRate: Double(found) / positives, threshold: score))
      })
    else { return [] }
    return points
  }

  /// Goes through the scores from the highest down, with how many of the class and how many others have
  /// each. Returns false if one is NaN.
  private func forEachScore(_ body: (Double, Int, Int) -> Void) -> Bool {
    if examples.contains(where: \.score.isNaN) { return false }
    let sorted = examples.sorted { $0.score > $1.score }
    var index = 0
    while index < sorted.count {
      let score = sorted[index].score
      var (positive, negative) = (0, 0)
      while index < sorted.count, sorted[index].score == score {
        if sorted[index].isPositive { positive += 1 } else { negative += 1 }
        index += 1
      }
      body(score, positive, negative)
    }
    return true
  }
}

/// The area under the curve of each class against all others: how well scores tell many classes apart.
///
/// ```swift
/// var roc = OneVersusRestROC(classes: 10)
/// for batch in test.batches(of: 1000) {
///   roc.add(scores: model(batch.images, .inference).softmax(), labels: batch.labels)
/// }
/// print(roc.area(.macro), roc.area(of: 3))
/// ```
///
/// The scores of a class are compared across examples, so they should be probabilities rather than
/// logits.
public struct OneVersusRestROC: Sendable, Hashable {
  /// The curve of each class against all others.
  public private(set) var curves: [ROCCurve]

  /// Of no examples.
  ///
  /// Traps if the number of classes is negative.
  public init(classes: Int) {
    guard classes >= 0 else { fatalError("OneVersusRestROC: \(classes) classes") }
    curves = Array(repeating: ROCCurve(), count: classes)
  }

  /// Counts more examples.
  ///
  /// Traps if the shapes do not fit, or a label is no class.
  ///
  /// - Parameters:
  ///   - scores: of shape (…, classes): probabilities.
  ///   - labels: whole numbers of shape (…).
  public mutating func add(scores: Tensor, labels: Tensor) {
    guard labels.classCount(ofScores: scores, "OneVersusRestROC") == curves.count else {
      ShapeError(
        "OneVersusRestROC", [scores.shape, labels.shape],
        "there are \(curves.count) classes, and as many scores for each label"
      ).trap()
    }
    let numbers = scores.doubles
    for (row, label) in labels.classes("OneVersusRestROC", count: curves.count).enumerated() {
      for index in curves.indices {
        curves[index].add(numbers[row * curves.count + index], isPositive: index == label)
      }
    }
  }

  /// The area of a class against all others; NaN where all examples are of it or none is.
  public func area(of index: Int) -> Double { curves[index].area }

  /// The areas of all classes, averaged: scikit-learn's `roc_auc_score` with `multi_class="ovr"`. Classes
  /// that do not occur are left out; NaN if fewer than two occur.
  public func area(_ average: ClassAverage) -> Double {
    let occurring = curves.filter { $0.positiveCount > 0 }
    guard occurring.count > 1 else { return .nan }
    switch average {
    case .micro:
      var all = ROCCurve()
      for curve in curves { all.add(contentsOf: curve) }
      return all.area
    case .macro: return occurring.reduce(0) { $0 + $1.area } / Double(occurring.count)
    case .weighted:
      let sum = occurring.reduce(0) { $0 + $1.area * Double($1.positiveCount) }
      return sum / Double(occurring[0].count)
    }
  }
}

extension ROCCurve {
  fileprivate mutating func add(contentsOf other: ROCCurve) { examples += other.examples }
}
