import BackpropArrays
import BackpropAutodiff
import BackpropData
import Testing
import BackpropTraining

@Suite struct EvaluationTests {
  /// A model that takes the brighter pixel for the class; right on three of four.
  private let model = TrainingLoopTests.linear([1, 0, 0, 1])
  private let dataset = ImageDataset(
    pixels: [255, 0, 0, 255, 200, 100, 100, 200], rows: 1, columns: 2, labels: [0, 1, 1, 1],
    classNames: ["a", "b"])

  @Test func countsByClassAndPrediction() {
    for size in [1, 3, 4, 1000, .max] {
      let result = evaluate(model, on: dataset, batchSize: size)
      #expect(result.confusion == [[1, 0], [1, 2]])
      #expect(result.count == 4)
      #expect(result.correct == 3)
      #expect(result.accuracy == 0.75)
    }
    #expect(accuracy(of: model, on: dataset) == 0.75)
  }

  @Test func takesOneHotLabelsForWhatTheyAre() {
    var oneHot = dataset
    oneHot.options.oneHot = true
    #expect(evaluate(model, on: oneHot).confusion == [[1, 0], [1, 2]])
  }

  @Test func countsLogitsWhoseLargestIsThatOfTheLabel() {
    let logits = Tensor([[1, 0, -1], [0, 2, 1], [0, 1, 3], [5, 4, 3]])
    #expect(accuracy(logits: logits, targets: Tensor([0, 1, 1, 0] as [Int32])) == 0.75)
    #expect(accuracy(logits: logits, targets: Tensor([1, 0, 1, 2] as [UInt8])) == 0)
    let none = Tensor.zeros([0, 3])
    #expect(accuracy(logits: none, targets: Tensor([] as [Int])).isNaN)
  }

  @Test func tableHasARowForEachTrueClass() {
    let table = evaluate(model, on: dataset).confusionTable(classNames: ["cat", "dog"])
    let expected = """
      true \\ predicted  0  1  correct
      0 cat             1  0  100.0 %
      1 dog             1  2   66.7 %
      """
    #expect(table == expected)
  }
}
