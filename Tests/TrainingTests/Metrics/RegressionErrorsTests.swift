import BackpropAutodiff
import BackpropTraining
import Testing

@Suite struct RegressionErrorsTests {
  /// Errors −0.5, 0.5, 0, 1; targets 3, −0.5, 2, 7 with the mean 2.875 and the spread 29.1875.
  @Test func errorsOfFourNumbers() {
    let predictions = Tensor([2.5, 0, 2, 8])
    let targets = Tensor([3, -0.5, 2, 7])
    let errors = RegressionErrors(predictions: predictions, targets: targets)
    #expect(errors.count == 4)
    #expect(errors.meanAbsoluteError == 0.5)
    #expect(errors.meanSquaredError == 0.375)
    #expect(errors.rootMeanSquaredError == 0.375.squareRoot())
    #expect(abs(errors.rSquared - (1 - 1.5 / 29.1875)) < 1e-15)
    var parts = RegressionErrors()
    parts.add(predictions: predictions[0..<1], targets: targets[0..<1])
    parts.add(predictions: predictions[1...], targets: targets[1...])
    #expect(parts == errors)
  }

  @Test func predictionsNoBetterThanTheMean() {
    let targets = Tensor([1, 2, 3])
    func rSquared(_ predictions: [Double]) -> Double {
      RegressionErrors(predictions: Tensor(predictions), targets: targets).rSquared
    }
    #expect(rSquared([2, 2, 2]) == 0)
    #expect(rSquared([1, 2, 3]) == 1)
    #expect(rSquared([3, 2, 1]) == -3)
  }

  /// The spread is small beside the numbers, and sums of squares would lose it.
  @Test func largeNumbersDoNotCancel() {
    let targets = Tensor([1e9, 1e9 + 1, 1e9 + 2], scalarType: .float64)
    let errors = RegressionErrors(predictions: targets + 0.5, targets: targets)
    #expect(abs(errors.rSquared - (1 - 0.75 / 2)) < 1e-12)
  }

  @Test func equalTargetsAndFewElements() {
    let targets = Tensor([2, 2])
    #expect(RegressionErrors(predictions: targets, targets: targets).rSquared == 1)
    #expect(RegressionErrors(predictions: targets + 1, targets: targets).rSquared == 0)
    #expect(RegressionErrors().meanAbsoluteError.isNaN)
    #expect(RegressionErrors(predictions: Tensor([1]), targets: Tensor([1])).rSquared.isNaN)
  }

  @Test func shapesMustBeEqual() async {
    await #expect(processExitsWith: .failure) {
      _ = RegressionErrors(predictions: Tensor.zeros([3, 1]), targets: Tensor.zeros([3]))
    }
  }
}
