import BackpropArrays
import BackpropAutodiff
import BackpropTraining
import Testing

@Suite struct MetricEdgeTests {
  @Test func areasWithoutAnswerAreNaN() {
    let scores = Tensor([0.1, 0.9])
    #expect(ROCCurve().area.isNaN && ROCCurve().points.isEmpty)
    #expect(ROCCurve(scores: scores, labels: Tensor([1, 1] as [Int])).area.isNaN)
    #expect(ROCCurve(scores: scores, labels: Tensor([0, 0] as [Int])).area.isNaN)
    let damaged = ROCCurve(scores: Tensor([Float.nan, 1]), labels: Tensor([0, 1] as [Int]))
    #expect(damaged.area.isNaN && damaged.points.isEmpty)
    // Equal scores say nothing; infinite ones are scores as others.
    #expect(ROCCurve(scores: Tensor([1, 1]), labels: Tensor([0, 1] as [Int])).area == 0.5)
    let infinite = Tensor([-Float.infinity, Float.infinity])
    #expect(ROCCurve(scores: infinite, labels: Tensor([0, 1] as [Int])).area == 1)
  }

  /// A class that does not occur has no curve, and the others have theirs.
  @Test func missingClassesAreLeftOut() {
    let scores = Tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.6, 0.3, 0.1]])
    var roc = OneVersusRestROC(classes: 3)
    roc.add(scores: scores, labels: Tensor([0, 1, 1] as [Int]))
    #expect(roc.area(of: 2).isNaN)
    // 0.7 above 0.3 and 0.6; 0.6 and 0.3 above 0.2.
    #expect(roc.area(.macro) == 1 && roc.area(.weighted) == 1)
    var alone = OneVersusRestROC(classes: 3)
    alone.add(scores: scores, labels: Tensor([1, 1, 1] as [Int]))
    #expect(alone.area(.macro).isNaN)
  }

  @Test func logLossOfFarLogitsIsTheirDistance() {
    var loss = LogLoss()
    loss.add(logits: Tensor([[0, 1000], [1000, 0]]), labels: Tensor([0, 0] as [Int]))
    #expect(loss.value == 500)
    #expect(LogLoss().value.isNaN)
    var sure = LogLoss()
    sure.add(probabilities: Tensor([[0, 1]]), labels: Tensor([0] as [Int]))
    // −ln of the least step of float32 at 1.
    #expect(abs(sure.value - 23 * 0.6931471805599453) < 1e-12)
    var damaged = LogLoss()
    damaged.add(probabilities: Tensor([[Float.nan, 1]]), labels: Tensor([0] as [Int]))
    #expect(damaged.value.isNaN)
  }

  @Test func aClassWithoutExamplesWeighsOne() {
    #expect(balancedClassWeights(counts: [30, 0, 10]) == [40.0 / 60, 1, 2])
    #expect(balancedClassWeights(counts: []) == [])
  }

  /// Weighted, rare classes count as much as others: the gradient of rows of each class sums to the same.
  @Test func balancedWeightsBalanceTheGradient() {
    let labels = [0, 0, 0, 1]
    let logits = Tensor(NDArray(repeating: 0, shape: [4, 2], scalarType: .float64))
    let weights = balancedClassWeights(labels: labels, classes: 2).cast(to: .float64)
    let parameter = Parameter(logits.array)
    let gradient = crossEntropy(
      logits: parameter.tensor, targets: Tensor(labels), classWeights: weights
    ).backward()[parameter]!
    let sums = gradient.sum(axis: 0).doubles
    #expect(abs(sums[0]) < 1e-7 && abs(sums[1]) < 1e-7)
    let plain = crossEntropy(logits: parameter.tensor, targets: Tensor(labels)).backward()
    #expect(plain[parameter]!.sum(axis: 0).doubles == [-0.25, 0.25])
  }

  @Test func aReportNamesEachClass() {
    let matrix = ConfusionMatrix(counts: [[2, 1], [0, 1]])
    let expected = """
      class          precision  recall      F1  examples
      cat               1.0000  0.6667  0.8000         3
      dog               0.5000  1.0000  0.6667         1

      macro mean        0.7500  0.8333  0.7333         4
      weighted mean     0.8750  0.7500  0.7667         4
      """
    #expect(matrix.report(classNames: ["cat", "dog"]) == expected)
  }

  @Test func mistakesEndTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = ROCCurve(scores: Tensor.zeros([2, 2]), labels: Tensor([0, 1] as [Int]))
    }
    await #expect(processExitsWith: .failure) {
      _ = ROCCurve(scores: Tensor.zeros([2]), labels: Tensor([0, 2] as [Int]))
    }
    await #expect(processExitsWith: .failure) {
      var roc = OneVersusRestROC(classes: 3)
      roc.add(scores: Tensor.zeros([1, 2]), labels: Tensor([0] as [Int]))
    }
    await #expect(processExitsWith: .failure) { _ = balancedClassWeights(counts: [-1, 2]) }
    await #expect(processExitsWith: .failure) {
      _ = balancedClassWeights(labels: [0, 3], classes: 3)
    }
    await #expect(processExitsWith: .failure) { _ = TopKAccuracy(k: 0) }
  }
}
