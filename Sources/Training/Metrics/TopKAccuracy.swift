import BackpropArrays
import BackpropAutodiff

/// The share of examples whose true class is among the `k` of the largest scores: for tasks of many
/// classes, several of which may be right. With k = 1 it is the accuracy.
///
/// Of equal scores that of the lower class counts as larger, as for `argmax`; NaN is larger than all.
///
/// ```swift
/// var topFive = TopKAccuracy(k: 5)
/// for batch in test.batches(of: 1000) {
///   topFive.add(scores: model(batch.images, .inference), labels: batch.labels)
/// }
/// print(topFive.value)
/// ```
public struct TopKAccuracy: Sendable, Hashable {
  /// How many guesses are allowed.
  public let k: Int
  /// The number of examples.
  public private(set) var count = 0
  /// The number of examples whose class is among the guesses.
  public private(set) var correct = 0

  /// Of no examples.
  ///
  /// Traps if `k` is not positive.
  public init(k: Int) {
    guard k > 0 else { fatalError("TopKAccuracy: k is \(k), and must be positive") }
    self.k = k
  }

  /// The share of examples whose class is among the guesses; 0 of none.
  public var value: Double { count == 0 ? 0 : Double(correct) / Double(count) }

  /// Counts more examples.
  ///
  /// Traps if the shapes do not fit, or a label is no class.
  ///
  /// - Parameters:
  ///   - scores: of shape (…, classes).
  ///   - labels: whole numbers of shape (…).
  public mutating func add(scores: Tensor, labels: Tensor) {
    let classes = labels.classCount(ofScores: scores, "TopKAccuracy")
    let truths = labels.classes("TopKAccuracy", count: classes)
    let numbers = scores.doubles
    count += truths.count
    correct += truths.enumerated().count { row, label in
      let row = numbers[row * classes..<(row + 1) * classes]
      let score = row[row.startIndex + label]
      let ahead = row.enumerated().count { index, other in
        other > score || (other.isNaN && !score.isNaN)
          || (index < label && (other == score || (other.isNaN && score.isNaN)))
      }
      return ahead < k
    }
  }
}

/// The share of examples whose true class is among the `k` of the largest scores, of all examples at
/// once: see ``TopKAccuracy``. 0 of no examples.
///
/// ```swift
/// topKAccuracy(scores: model(images, .inference), labels: labels, k: 5)   // (n, 1000), (n)
/// ```
///
/// Traps if the shapes do not fit, a label is no class, or k is not positive.
///
/// - Parameters:
///   - scores: of shape (…, classes).
///   - labels: whole numbers of shape (…).
///   - k: how many guesses are allowed.
public func topKAccuracy(scores: Tensor, labels: Tensor, k: Int) -> Double {
  var accuracy = TopKAccuracy(k: k)
  accuracy.add(scores: scores, labels: labels)
  return accuracy.value
}

extension Tensor {
  /// The number of classes that scores for these labels are of: their last axis.
  func classCount(ofScores scores: Tensor, _ name: String) -> Int {
    let classes = scores.shape.last ?? 0
    guard scores.rank > 0, scores.shape == Shape(Array(shape) + [classes]) else {
      ShapeError(
        name, [scores.shape, shape],
        "scores have the shape (…, classes), and labels that shape without its last axis"
      ).trap()
    }
    return classes
  }
}
