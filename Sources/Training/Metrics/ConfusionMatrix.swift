import BackpropArrays
import BackpropAutodiff

/// How many examples of each class were taken for each class, and what follows from that.
///
/// ```swift
/// var matrix = ConfusionMatrix(classes: 10)
/// for batch in test.batches(of: 1000) {
///   matrix.add(predictions: model(batch.images, .inference), labels: batch.labels)
/// }
/// print(matrix.accuracy, matrix.recall(of: 3), matrix.f1(.macro))
/// ```
public struct ConfusionMatrix: Sendable, Hashable {
  /// `counts[truth][prediction]`: how many examples of a class were taken for each class.
  public private(set) var counts: [[Int]]

  /// A matrix of no examples.
  ///
  /// Traps if the number of classes is negative.
  public init(classes: Int) {
    guard classes >= 0 else { fatalError("ConfusionMatrix: \(classes) classes") }
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
  }

  /// A matrix of these counts, `counts[truth][prediction]`.
  ///
  /// Traps unless there are as many counts for each class as there are classes.
  public init(counts: [[Int]]) {
    guard counts.allSatisfy({ $0.count == counts.count }) else {
      fatalError("ConfusionMatrix: \(counts.count) rows of \(counts.map(\.count)) counts")
    }
    self.counts = counts
  }

  /// The matrix of some examples; see ``add(predictions:labels:)``.
  ///
  /// - Parameters:
  ///   - predictions: classes, or a score for each class.
  ///   - labels: the true classes.
  ///   - classes: how many there are.
  public init(predictions: Tensor, labels: Tensor, classes: Int) {
    self.init(classes: classes)
    add(predictions: predictions, labels: labels)
  }

  /// Counts more examples.
  ///
  /// Traps if the shapes do not fit, or a label or a prediction is no class of 0..<classes.
  ///
  /// - Parameters:
  ///   - predictions: whole numbers of the labels' shape, the predicted classes; or numbers with
  ///     fractions of shape (…, classes), of which the first largest tells the class.
  ///   - labels: whole numbers of any shape (…), the true classes.
  public mutating func add(predictions: Tensor, labels: Tensor) {
    let truths = labels.classes("labels", count: counts.count)
    let isScores = predictions.scalarType.isFloatingPoint
    guard
      predictions.shape == (isScores ? Shape(Array(labels.shape) + [counts.count]) : labels.shape)
    else {
      ShapeError(
        "ConfusionMatrix", [predictions.shape, labels.shape],
        "predictions are whole numbers of the labels' shape, or \(counts.count) scores for each label"
      ).trap()
    }
    let chosen = isScores ? predictions.detached.argmax(axis: -1) : predictions
    for (truth, prediction) in zip(truths, chosen.classes("predictions", count: counts.count)) {
      counts[truth][prediction] += 1
    }
  }

  /// The number of classes.
  public var classCount: Int { counts.count }
  /// The number of examples.
  public var count: Int { counts.joined().reduce(0, +) }
  /// The number of examples that were classified correctly.
  public var correct: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
  /// The share of examples that were classified correctly; 0 of none.
  public var accuracy: Double { share(correct, of: count) }

  /// How many examples are of a class.
  public func examples(of index: Int) -> Int { counts[index].reduce(0, +) }
  /// How many examples were taken for a class.
  public func predictions(of index: Int) -> Int { counts.reduce(0) { $0 + $1[index] } }

  /// A part of a whole; 0 of nothing.
  func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}

extension Tensor {
  /// These whole numbers, all of which must be classes.
  func classes(_ what: String, count: Int) -> [Int] {
    guard !scalarType.isFloatingPoint, scalarType != .bool else {
      ShapeError(
        what, [shape], "classes are whole numbers, not \(scalarType)",
        hint: "convert them, with cast(to: .int64)"
      ).trap()
    }
    let numbers = array.cast(to: .int64).scalars(as: Int64.self)
    if let (index, number) = numbers.enumerated().first(where: { $1 < 0 || $1 >= count }) {
      ShapeError(what, [shape], "number \(index) is \(number), and the classes are 0..<\(count)")
        .trap()
    }
    return numbers.map { Int($0) }
  }
}
