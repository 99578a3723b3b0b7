import BackpropArrays
import BackpropAutodiff
import BackpropData
import Testing

@Suite struct DatasetTests {
  private let data = TensorDataset(
    inputs: Tensor.range(from: 0, to: 14).reshaped(to: [7, 2]),
    targets: Tensor.range(from: 0, to: 7))

  @Test func batchesAreRowsThatBelongTogether() {
    let batch = data.batch([5, 0])
    #expect(batch.inputs.doubles == [10, 11, 0, 1])
    #expect(batch.targets.doubles == [5, 0])
    #expect(data.batches(of: 3).map(\.targets.doubles) == [[0, 1, 2], [3, 4, 5], [6]])
  }

  @Test func anOrderDrawnHasEachExampleOnce() {
    var random = RandomSource(seed: 1)
    let order = data.batches(of: 3, shuffledUsing: &random).flatMap(\.targets.doubles)
    #expect(order != order.sorted())
    #expect(order.sorted() == [0, 1, 2, 3, 4, 5, 6])
  }

  /// The last batch is smaller, and counts for less.
  @Test func meansAreOverExamples() {
    let means = data.means(batchSize: 3) { ["target": $0.targets.mean().item, "one": 1] }
    #expect(means == ["target": 3, "one": 1])
    #expect(ListDataset(["a", "b"]).batch([1, 1]) == ["b", "b"])
  }
}
