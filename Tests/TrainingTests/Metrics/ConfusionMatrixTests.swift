import BackpropAutodiff
import BackpropTraining
import Testing

@Suite struct ConfusionMatrixTests {
  // Truths 0 0 0 1 1 2 2 2 2 2, of four classes; the last never occurs.
  private let labels = Tensor([0, 0, 0, 1, 1, 2, 2, 2, 2, 2] as [Int32])
  private let predictions = Tensor([0, 0, 1, 1, 0, 2, 2, 2, 1, 0] as [Int32])
  private let counts = [[2, 1, 0, 0], [1, 1, 0, 0], [1, 1, 3, 0], [0, 0, 0, 0]]

  private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-15 }

  @Test func countsByClassAndPrediction() {
    let matrix = ConfusionMatrix(predictions: predictions, labels: labels, classes: 4)
    #expect(matrix.counts == counts)
    #expect(matrix.classCount == 4 && matrix.count == 10 && matrix.correct == 6)
    #expect(matrix.accuracy == 0.6)
    #expect(matrix.examples(of: 2) == 5 && matrix.predictions(of: 2) == 3)
    // In two parts, by scores, and of labels in a matrix.
    var parts = ConfusionMatrix(classes: 4)
    let scores = predictions.oneHot(classes: 4) * 2 - 1
    parts.add(predictions: scores[0..<4], labels: labels[0..<4])
    parts.add(
      predictions: predictions[4...].reshaped(to: [2, 3]),
      labels: labels[4...].reshaped(to: [2, 3])
    )
    #expect(parts == matrix)
    #expect(parts == ConfusionMatrix(counts: counts))
  }

  @Test func precisionRecallAndF1OfAClass() {
    let matrix = ConfusionMatrix(counts: counts)
    // TP / predicted, TP / examples, 2 TP / (both).
    let expected: [(Int, Double, Double, Double)] = [
      (0, 0.5, 2.0 / 3, 4.0 / 7), (1, 1.0 / 3, 0.5, 0.4), (2, 1, 0.6, 0.75), (3, 0, 0, 0),
    ]
    for (index, precision, recall, f1) in expected {
      #expect(isClose(matrix.precision(of: index), precision))
      #expect(isClose(matrix.recall(of: index), recall))
      #expect(isClose(matrix.f1(of: index), f1))
    }
  }

  /// A class that never occurs is left out of the mean, as scikit-learn leaves it out.
  @Test func averages() {
    let matrix = ConfusionMatrix(counts: counts)
    let (precisions, recalls): ([Double], [Double]) = (
      [0.5, 1.0 / 3, 1], [2.0 / 3, 0.5, 0.6]
    )
    let f1s: [Double] = [4.0 / 7, 0.4, 0.75]
    func mean(_ values: [Double], _ weights: [Double]) -> Double {
      var sum = 0.0
      for (value, weight) in zip(values, weights) { sum += value * weight }
      return sum / weights.reduce(0, +)
    }
    let (alike, examples): ([Double], [Double]) = ([1, 1, 1], [3, 2, 5])
    #expect(isClose(matrix.precision(.macro), mean(precisions, alike)))
    #expect(isClose(matrix.recall(.macro), mean(recalls, alike)))
    #expect(isClose(matrix.f1(.macro), mean(f1s, alike)))
    #expect(isClose(matrix.precision(.weighted), mean(precisions, examples)))
    #expect(isClose(matrix.recall(.weighted), mean(recalls, examples)))
    #expect(isClose(matrix.f1(.weighted), mean(f1s, examples)))
    for value in [matrix.precision(.micro), matrix.recall(.micro), matrix.f1(.micro)] {
      #expect(value == 0.6)
    }
    let none = ConfusionMatrix(classes: 3)
    for average in ClassAverage.allCases {
      #expect(none.f1(average) == 0 && none.precision(average) == 0 && none.recall(average) == 0)
    }
    #expect(none.accuracy == 0)
  }

  @Test func whatIsNoClassEndsTheProgram() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ConfusionMatrix(
        predictions: Tensor([0, 3] as [Int]), labels: Tensor([0, 1] as [Int]), classes: 3)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("predictions: number 1 is 3, and the classes are 0..<3"))
    await #expect(processExitsWith: .failure) {
      _ = ConfusionMatrix(
        predictions: Tensor([0, 1, 2] as [Int]), labels: Tensor([0, 1] as [Int]), classes: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = ConfusionMatrix(
        predictions: Tensor.zeros([2, 4]), labels: Tensor([0, 1] as [Int]), classes: 3)
    }
    await #expect(processExitsWith: .failure) { _ = ConfusionMatrix(counts: [[1, 2]]) }
  }
}
