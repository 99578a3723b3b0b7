import BackpropAutodiff
import BackpropTraining
import Testing

@Suite struct TopKAccuracyTests {
  private let scores = Tensor([
    [0.1, 0.5, 0.4], [0.3, 0.3, 0.4], [0.2, 0.2, 0.2], [0.9, 0, 0.1],
  ])
  private let labels = Tensor([2, 1, 1, 0] as [UInt8])

  /// Ranks of the labels: second, third (after its equal before it), second, first.
  @Test func countsThoseAmongTheLargest() {
    #expect(topKAccuracy(scores: scores, labels: labels, k: 1) == 0.25)
    #expect(topKAccuracy(scores: scores, labels: labels, k: 2) == 0.75)
    #expect(topKAccuracy(scores: scores, labels: labels, k: 3) == 1)
    #expect(topKAccuracy(scores: scores, labels: labels, k: 9) == 1)
    #expect(
      topKAccuracy(
        scores: scores.reshaped(to: [2, 2, 3]), labels: labels.reshaped(to: [2, 2]), k: 2) == 0.75)
    #expect(topKAccuracy(scores: Tensor.zeros([0, 3]), labels: Tensor([] as [Int]), k: 1) == 0)
  }

  /// With one guess it is what `argmax` says, of ties and NaN too.
  @Test func oneGuessIsTheAccuracy() {
    let nan = Float.nan
    let rows: [[Float]] = [[1, 1, 0], [nan, 2, 3], [1, nan, nan], [0, 5, 5], [nan, nan, nan]]
    let scores = Tensor(rows)
    let largest = scores.argmax(axis: -1)
    #expect(topKAccuracy(scores: scores, labels: largest, k: 1) == 1)
    for label in 0..<3 {
      let labels = Tensor([Int](repeating: label, count: rows.count))
      let matrix = ConfusionMatrix(predictions: scores, labels: labels, classes: 3)
      #expect(topKAccuracy(scores: scores, labels: labels, k: 1) == matrix.accuracy)
    }
  }

  @Test func mistakesEndTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = topKAccuracy(scores: Tensor.zeros([2, 3]), labels: Tensor([0] as [Int]), k: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = topKAccuracy(scores: Tensor.zeros([1, 3]), labels: Tensor([3] as [Int]), k: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = topKAccuracy(scores: Tensor.zeros([1, 3]), labels: Tensor([0] as [Int]), k: 0)
    }
  }
}
