import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct InitializerTests {
  /// The mean and deviation of 60,000 numbers, within five standard errors.
  ///
  /// The error of a mean is σ / √n, that of a deviation about σ/2 · √((κ − 1) / n), with the
  /// kurtosis κ: 3 for the normal distribution, 1.8 for the uniform.
  private func check(
    _ initializer: Initializer, mean: Double, standardDeviation: Double, kurtosis: Double,
    _ type: ScalarType
  ) {
    var random = RandomSource(seed: 12)
    let array = initializer.array([200, 300], scalarType: type, using: &random)
    #expect(array.shape == [200, 300])
    #expect(array.scalarType == type)
    let values = array.doubles
    let n = Double(values.count)
    let average = values.reduce(0, +) / n
    let spread = (values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n).squareRoot()
    #expect(
      abs(average - mean) < 5 * standardDeviation / n.squareRoot(), "\(initializer): \(average)")
    #expect(
      abs(spread - standardDeviation) < 2.5 * standardDeviation * ((kurtosis - 1) / n).squareRoot(),
      "\(initializer): \(spread)")
  }

  @Test func meansAndDeviations() {
    for type in [ScalarType.float32, .float64] {
      check(.normal(standardDeviation: 0.01), mean: 0, standardDeviation: 0.01, kurtosis: 3, type)
      check(.he, mean: 0, standardDeviation: (2.0 / 200).squareRoot(), kurtosis: 3, type)
      check(.xavier, mean: 0, standardDeviation: (2.0 / 500).squareRoot(), kurtosis: 3, type)
      check(
        .uniform(low: -1, high: 3), mean: 1, standardDeviation: 4 / 12.0.squareRoot(),
        kurtosis: 1.8, type)
    }
  }

  @Test func uniformKeepsItsBounds() {
    var random = RandomSource(seed: 12)
    let values = Initializer.uniform(low: -1, high: 3).array([100, 100], using: &random).doubles
    #expect(values.allSatisfy { $0 >= -1 && $0 < 3 })
  }

  @Test func zeros() {
    var random = RandomSource(seed: 12)
    #expect(Initializer.zeros.array([2, 2], using: &random).doubles == [0, 0, 0, 0])
    #expect(random == RandomSource(seed: 12))
  }

  @Test func sameSeedSameNumbersAndNoOther() {
    for initializer in [
      Initializer.he, .xavier, .normal(standardDeviation: 1), .uniform(low: 0, high: 1),
    ] {
      func draw(_ seed: UInt64) -> [Double] {
        var random = RandomSource(seed: seed)
        return initializer.array([20, 30], using: &random).doubles
      }
      #expect(draw(1) == draw(1))
      #expect(draw(1) != draw(2))
    }
  }

  @Test func suitedToTheActivation() {
    #expect(Initializer.suited(to: .relu) == .he)
    for activation in [Activation.identity, .sigmoid, .tanh] {
      #expect(Initializer.suited(to: activation) == .xavier)
    }
  }
}
