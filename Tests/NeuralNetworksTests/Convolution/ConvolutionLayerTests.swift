import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct ConvolutionLayerTests {
  /// PyTorch's default: uniform between ±1 / √fanIn, with the fanIn of its `_calculate_fan_in_and_fan_out`.
  @Test func parametersStartAsInPyTorch() {
    var random = RandomSource(seed: 0)
    let cases: [(layer: any Layer, fanIn: Int)] = [
      (Conv2D(16, 32, kernel: [3, 5], using: &random), 16 * 15),
      (Conv2D(16, 32, kernel: 3, groups: 4, using: &random), 4 * 9),
      (Conv1D(8, 40, kernel: 9, using: &random), 8 * 9),
      (ConvTranspose2D(16, 32, kernel: 3, groups: 2, using: &random), 16 * 9),
      (ConvTranspose1D(8, 40, kernel: 9, using: &random), 40 * 9),
    ]
    for (layer, fanIn) in cases {
      let bound = 1 / Double(fanIn).squareRoot()
      for (name, parameter) in layer.namedParameters {
        let numbers = parameter.array.doubles
        let largest = numbers.map { abs($0) }.max()!
        #expect(largest <= bound, "\(layer.summaryName) \(name)")
        #expect(largest > 0.9 * bound, "\(layer.summaryName) \(name)")
        if numbers.count > 1000 {
          let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)
          #expect(abs(variance / (bound * bound / 3) - 1) < 0.1, "\(layer.summaryName)")
        }
      }
      #expect(layer.namedParameters.map(\.name) == ["weight", "bias"])
    }
  }

  @Test func parametersLieAsInPyTorch() {
    var random = RandomSource(seed: 0)
    let convolution = Conv2D(6, 4, kernel: [3, 5], groups: 2, using: &random)
    #expect(convolution.weight.shape == [4, 3, 3, 5] && convolution.bias?.shape == [4])
    let transposed = ConvTranspose2D(6, 4, kernel: [3, 5], groups: 2, using: &random)
    #expect(transposed.weight.shape == [6, 2, 3, 5] && transposed.bias?.shape == [4])
    #expect(Conv1D(6, 4, kernel: 3, using: &random).weight.shape == [4, 6, 3])
    #expect(ConvTranspose1D(6, 4, kernel: 3, hasBias: false, using: &random).bias == nil)
    #expect(convolution.fileLayout(of: "weight") == .asIs)
  }

  @Test func initializersAreTheirs() {
    var random = RandomSource(seed: 0)
    let layer = Conv2D(
      1, 2, kernel: 2, initializer: .constant(3), biasInitializer: .zeros, using: &random)
    #expect(layer.weight.array == NDArray(repeating: 3, shape: [2, 1, 2, 2]))
    #expect(layer.bias?.array == .zeros([2]))
    let he = Conv2D(64, 64, kernel: 3, initializer: .he, using: &random).weight.array.doubles
    let variance = he.reduce(0) { $0 + $1 * $1 } / Double(he.count)
    #expect(abs(variance / (2.0 / (64 * 9)) - 1) < 0.05)
  }

  @Test func givenParametersAreTaken() {
    let x = Tensor(NDArray([1, 2, 3, 4], shape: [1, 1, 4]))
    let layer = Conv1D(weight: NDArray([1, -1], shape: [1, 1, 2]), bias: NDArray([10]), stride: 2)
    #expect(layer(x).doubles == [9, 9])
    let back = ConvTranspose1D(
      weight: NDArray([1, 5], shape: [1, 1, 2]), bias: NDArray([10]), stride: 2)
    #expect(back(layer(x)).doubles == [19, 55, 19, 55])
    #expect(
      Conv2D(weight: NDArray([2], shape: [1, 1, 1, 1]))(x.reshaped(to: [1, 1, 2, 2])).doubles
        == [2, 4, 6, 8])
    #expect(
      ConvTranspose2D(weight: NDArray([2], shape: [1, 1, 1, 1]))(x.reshaped(to: [1, 1, 2, 2]))
        .doubles == [2, 4, 6, 8])
  }

  @Test func gradientsAreRight() {
    var random = RandomSource(seed: 0)
    let layers: [any Layer] = [
      Conv2D(
        2, 4, kernel: [2, 3], stride: [1, 2], padding: 1, dilation: [2, 1], groups: 2,
        scalarType: .float64, using: &random),
      ConvTranspose2D(
        2, 4, kernel: 2, stride: 2, padding: 1, outputPadding: 1, scalarType: .float64,
        using: &random),
    ]
    let x = Tensor(NDArray.normal([2, 2, 4, 5], scalarType: .float64, using: &random))
    func check(_ layer: some Layer) {
      let check = checkGradient(of: layer) { $0(x).squared().sum() }
      #expect(check.passes(), "\(layer.summaryName): \(check)")
    }
    for layer in layers { check(layer) }
  }

  @Test func summariesSayWhatIsSet() {
    var random = RandomSource(seed: 0)
    let layers: [any Layer] = [
      Conv2D(3, 16, kernel: 3, stride: 2, padding: 1, using: &random),
      Conv1D(4, 8, kernel: 5, dilation: 2, groups: 4, hasBias: false, using: &random),
      ConvTranspose2D(8, 4, kernel: [2, 3], padding: .same, using: &random),
      MaxPool2D(2), MaxPool1D(3, stride: 2, padding: 1), AveragePool2D([2, 3]),
      AdaptiveAveragePool2D(1), AdaptiveMaxPool2D([2, 3]), Upsample(by: 2),
      Upsample(to: [3, 4], mode: .linear()),
    ]
    #expect(
      layers.map(\.summaryName) == [
        "Conv2D(3 -> 16, kernel 3x3, stride 2, padding 1)",
        "Conv1D(4 -> 8, kernel 5, dilation 2, 4 groups, no bias)",
        "ConvTranspose2D(8 -> 4, kernel 2x3, padding same)",
        "MaxPool2D(2)", "MaxPool1D(3, stride 2, padding 1)", "AveragePool2D(2x3)",
        "AdaptiveAveragePool2D(1)", "AdaptiveMaxPool2D(2x3)", "Upsample(by 2.0, nearest)",
        "Upsample(to 3x4, linear)",
      ])
  }

  @Test func mistakesEndTheProgram() async throws {
    let results = [
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var random = RandomSource(seed: 0)
        _ = Conv2D(3, 4, kernel: 3, groups: 2, using: &random)
      },
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var random = RandomSource(seed: 0)
        _ = Conv2D(3, 4, kernel: [1, 2, 3], using: &random)
      },
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Conv2D(weight: .zeros([3, 4, 5]))
      },
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ConvTranspose1D(weight: .zeros([3, 4, 5]), bias: .zeros([4]), groups: 2)
      },
    ]
    let texts = try results.map {
      String(decoding: try #require($0).standardErrorContent, as: UTF8.self)
    }
    #expect(texts[0].contains("Conv2D: 3 and 4 channels in 2 groups"))
    #expect(texts[1].contains("Conv2D: a kernel of 1x2x3; it has 2 axes"))
    #expect(texts[2].contains("Conv2D: the weight has two axes of channels and 2 of the kernel"))
    #expect(texts[3].contains("ConvTranspose1D: the weight has"))
  }
}
