import BackpropArrays
import BackpropAutodiff

/// The share of examples whose true class is among the `k` of the largest scores: for tasks of many
/// classes, several of which may be right. With k = 1 it is the accuracy. 0 of no examples.
///
/// Of equal scores that of the lower class counts as larger, as for `argmax`; NaN is larger than all.
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
  let classes = scores.shape.last ?? 0
  guard scores.rank > 0, scores.shape == Shape(Array(labels.shape) + [classes]) else {
    ShapeError(
      "topKAccuracy", [scores.shape, labels.shape],
      "scores have the shape (…, classes), and labels that shape without its last axis"
    ).trap()
  }
  guard k > 0 else { fatalError("topKAccuracy: k is \(k), and must be positive") }
  let truths = labels.classes("topKAccuracy", count: classes)
  let numbers = scores.doubles
  let hits = truths.enumerated().count { row, label in
    let row = numbers[row * classes..<(row + 1) * classes]
    let score = row[row.startIndex + label]
    let ahead = row.enumerated().count { index, other in
      other > score || (other.isNaN && !score.isNaN)
        || (index < label && (other == score || (other.isNaN && score.isNaN)))
    }
    return ahead < k
  }
  return truths.isEmpty ? 0 : Double(hits) / Double(truths.count)
}
