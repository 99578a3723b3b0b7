import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct InitializerTests {
  /// Layers whose fans cannot be seen from the shape of their weight in one way.
  private static let layers: [(shape: Shape, fanIn: Int, fanOut: Int)] = [
    ([200, 300], 200, 300),  // linear, as here
    ([300, 200], 200, 300),  // linear, as in PyTorch
    ([64, 32, 3, 3], 288, 576),  // convolution
    ([64, 8, 5, 5], 200, 1600),  // convolution in four groups
    ([40_000], 50, 20),  // a bias
  ]

  /// Looks at the mean and the standard deviation of the numbers, within five standard errors.
  ///
  /// The error of a mean is σ / √n, that of a standard deviation about σ/2 · √((κ − 1) / n), with
  /// the kurtosis κ: 3 for the normal distribution, 2.37 for that cut at ±2, 1.8 for the uniform.
  private func check(
    _ initializer: Initializer, mean: Double = 0, standardDeviation: Double, kurtosis: Double,
    _ layer: (shape: Shape, fanIn: Int, fanOut: Int) = layers[0], _ type: ScalarType = .float32
  ) {
    var random = RandomSource(seed: 12)
    let array = initializer.array(
      layer.shape, fanIn: layer.fanIn, fanOut: layer.fanOut, scalarType: type, using: &random)
    #expect(array.shape == layer.shape && array.scalarType == type)
    let values = array.doubles
    let n = Double(values.count)
    let average = values.reduce(0, +) / n
    let spread = (values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n).squareRoot()
    let text = "\(initializer), \(layer), \(type)"
    #expect(abs(average - mean) < 5 * standardDeviation / n.squareRoot(), "\(text): \(average)")
    #expect(
      abs(spread - standardDeviation) < 2.5 * standardDeviation * ((kurtosis - 1) / n).squareRoot(),
      "\(text): \(spread)")
  }

  /// The largest size of the numbers, which of a uniform distribution is close to its bound: of n
  /// numbers it is further than 20/n of the bound below it with a probability of e⁻²⁰.
  private func check(
    _ initializer: Initializer, bound: Double, _ layer: (shape: Shape, fanIn: Int, fanOut: Int)
  ) {
    var random = RandomSource(seed: 5)
    let values = initializer.array(
      layer.shape, fanIn: layer.fanIn, fanOut: layer.fanOut, scalarType: .float64, using: &random
    ).doubles
    let largest = values.reduce(0) { max($0, abs($1)) }
    #expect(largest <= bound * (1 + 1e-15), "\(initializer), \(layer): \(largest)")
    #expect(
      largest > bound * (1 - 20 / Double(values.count)), "\(initializer), \(layer): \(largest)")
  }

  @Test func meansAndStandardDeviations() {
    for type in [ScalarType.float32, .float64] {
      let layer = Self.layers[0]
      check(.normal(standardDeviation: 0.01), standardDeviation: 0.01, kurtosis: 3, layer, type)
      check(
        .normal(mean: 1, standardDeviation: 0.02), mean: 1, standardDeviation: 0.02, kurtosis: 3,
        layer, type)
      check(
        .uniform(in: -1..<3), mean: 1, standardDeviation: 4 / 12.0.squareRoot(), kurtosis: 1.8,
        layer, type)
      // Cut at 2 and at ½ standard deviations: √(1 − 2 b φ(b) / (2 Φ(b) − 1)) of what they were.
      check(
        .truncatedNormal(mean: -3, standardDeviation: 0.1), mean: -3,
        standardDeviation: 0.087_962_566_103, kurtosis: 2.366, layer, type)
      check(
        .truncatedNormal(standardDeviation: 2, bound: 0.5), standardDeviation: 2 * 0.283_882_290_04,
        kurtosis: 1.835, layer, type)
    }
  }

  /// By the formulas of the papers, for fans of all kinds of layers.
  @Test func variancesFollowTheFans() {
    for layer in Self.layers {
      let (fanIn, fanOut) = (Double(layer.fanIn), Double(layer.fanOut))
      let variances: [(normal: Initializer, uniform: Initializer, variance: Double)] = [
        (.xavier, .xavierUniform, 2 / (fanIn + fanOut)),
        (.he, .heUniform, 2 / fanIn),
        (.lecun, .lecunUniform, 1 / fanIn),
        (
          .varianceScaling(2, .fanOut, .normal), .varianceScaling(2, .fanOut, .uniform), 2 / fanOut
        ),
      ]
      for (normal, uniform, variance) in variances {
        check(normal, standardDeviation: variance.squareRoot(), kurtosis: 3, layer)
        check(uniform, standardDeviation: variance.squareRoot(), kurtosis: 1.8, layer)
        check(uniform, bound: (3 * variance).squareRoot(), layer)
      }
      check(.pyTorchDefault, bound: 1 / fanIn.squareRoot(), layer)
      check(
        .varianceScaling(1, .fanIn, .truncatedNormal), standardDeviation: 1 / fanIn.squareRoot(),
        kurtosis: 2.366, layer)
    }
  }

  /// The standard deviations and bounds that `torch.nn.init` works out, by `calculate_gain` and
  /// `_calculate_fan_in_and_fan_out`, for the weight of `nn.Conv2d(32, 64, 3)`: fans 288 and 576.
  @Test func sizesArePyTorchs() {
    let layer = Self.layers[2]
    // kaiming_normal_(nonlinearity="relu"), and with mode="fan_out"; xavier_normal_.
    check(.he, standardDeviation: 0.083_333_333, kurtosis: 3, layer)
    check(
      .varianceScaling(2, .fanOut, .normal), standardDeviation: 0.058_925_565, kurtosis: 3, layer)
    check(.xavier, standardDeviation: 0.048_112_522, kurtosis: 3, layer)
    // kaiming_uniform_(nonlinearity="relu"), kaiming_uniform_(a=sqrt(5)), which is reset_parameters,
    // xavier_uniform_, and that with calculate_gain("tanh"), 5/3.
    check(.heUniform, bound: 0.144_337_567_297_406_4, layer)
    check(.pyTorchDefault, bound: 0.058_925_565_098_878_96, layer)
    check(.xavierUniform, bound: 0.083_333_333_333_333_33, layer)
    check(
      .varianceScaling(25.0 / 9, .fanAverage, .uniform), bound: 0.138_888_888_888_888_9, layer)
  }

  @Test func rangesAndCutsAreKept() {
    for type in [ScalarType.float32, .float64] {
      var random = RandomSource(seed: 12)
      func draw(_ initializer: Initializer) -> [Double] {
        initializer.array([300, 200], fanIn: 1, fanOut: 1, scalarType: type, using: &random).doubles
      }
      #expect(draw(.uniform(in: -1..<3)).allSatisfy { $0 >= -1 && $0 < 3 })
      let cut = draw(.truncatedNormal(standardDeviation: 0.5, bound: 2))
      #expect(cut.allSatisfy { abs($0) <= 1 })
      // The share beyond one standard deviation is that of the normal distribution cut at two,
      // (Φ(2) − Φ(1)) / (Φ(2) − ½).
      let beyond = Double(cut.count { abs($0) > 0.5 })
      let (n, share) = (Double(cut.count), 0.284_767_228)
      #expect(abs(beyond - n * share) < 5 * (n * share * (1 - share)).squareRoot())
    }
  }

  @Test func constantsTakeNoRandomNumbers() {
    var random = RandomSource(seed: 12)
    for (initializer, value) in [(Initializer.zeros, 0.0), (.ones, 1), (.constant(0.25), 0.25)] {
      let array = initializer.array([2, 2], fanIn: 2, fanOut: 2, using: &random)
      #expect(array.doubles == [value, value, value, value])
    }
    #expect(random == RandomSource(seed: 12))
  }

  @Test func noWeightsForNoInputs() {
    var random = RandomSource(seed: 12)
    for initializer in [Initializer.he, .xavierUniform, .pyTorchDefault] {
      #expect(initializer.array([0, 3], fanIn: 0, fanOut: 3, using: &random).count == 0)
    }
  }

  @Test func sameSeedSameNumbersAndNoOther() {
    for initializer in [
      Initializer.he, .xavier, .lecunUniform, .normal(standardDeviation: 1), .uniform(in: 0..<1),
      .truncatedNormal(standardDeviation: 1), .orthogonal(),
    ] {
      func draw(_ seed: UInt64) -> [Double] {
        var random = RandomSource(seed: seed)
        return initializer.array([20, 30], fanIn: 20, fanOut: 30, using: &random).doubles
      }
      #expect(draw(1) == draw(1))
      #expect(draw(1) != draw(2))
    }
  }

  /// A linear layer hands over its own fans, and the right way round.
  @Test func linearKnowsItsFans() {
    var a = RandomSource(seed: 3), b = a
    let layer = Linear(30, 20, initializer: .varianceScaling(1, .fanOut, .normal), using: &a)
    let expected = NDArray.normal(
      [30, 20], standardDeviation: (1 / 20.0).squareRoot(), using: &b)
    #expect(layer.weight.array == expected)
  }

  @Test func suitedToTheActivation() {
    #expect(Initializer.suited(to: .relu) == .he)
    for activation in [Activation.identity, .sigmoid, .tanh] {
      #expect(Initializer.suited(to: activation) == .xavier)
    }
  }
}
