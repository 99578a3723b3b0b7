import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct MultilayerPerceptronTests {
  @Test func namesAndShapes() throws {
    var random = RandomSource(seed: 8)
    let network = MultilayerPerceptron([784, 50, 100, 10], activation: .sigmoid, using: &random)
    #expect(
      network.namedParameters.map(\.name) == [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.2.weight",
        "layers.2.bias",
      ])
    #expect(
      network.parameters.map(\.shape) == [[784, 50], [50], [50, 100], [100], [100, 10], [10]])
    #expect(try network.outputShape(for: [7, 784]) == [7, 10])
    #expect(throws: ShapeError.self) { try network.outputShape(for: [7, 28, 28]) }
    let plain = MultilayerPerceptron([3, 2], hasBias: false, using: &random)
    #expect(plain.namedParameters.map(\.name) == ["layers.0.weight"])
  }

  /// The activation comes after every layer but the last.
  @Test func resultsAreRaw() {
    func layer(_ weight: Float) -> Linear { Linear(weight: NDArray([[weight]] as [[Float]])) }
    let network = MultilayerPerceptron([layer(1), layer(-2), layer(3)], activation: .relu)
    #expect(network(Tensor([[1], [-1]] as [[Float]])).doubles == [0, 0])
    let last = MultilayerPerceptron([layer(1), layer(-2)], activation: .relu)
    #expect(last(Tensor([[1], [-1]] as [[Float]])).doubles == [-2, 0])
  }

  @Test func isTheTwoLayerNetOfTwoLayers() {
    var (a, b) = (RandomSource(seed: 9), RandomSource(seed: 9))
    let deep = MultilayerPerceptron([6, 5, 4], activation: .tanh, using: &a)
    let two = TwoLayerNet(6, 5, 4, activation: .tanh, using: &b)
    let input = Tensor.normal([3, 6], using: &a)
    #expect(deep(input).doubles == two(input).doubles)
  }

  @Test func gradientsOfTheWholeNetwork() {
    for activation in Activation.allCases {
      var random = RandomSource(seed: 10)
      let network = MultilayerPerceptron(
        [4, 5, 3, 2], activation: activation, scalarType: .float64, using: &random)
      let inputs = Tensor.normal([4, 4], scalarType: .float64, using: &random)
      let targets = Tensor.normal([4, 2], scalarType: .float64, using: &random)
      let check = checkGradient(of: network) {
        squaredError(predictions: $0(inputs), targets: targets)
      }
      #expect(check.rows.count == 6)
      for row in check.rows { #expect(row.error < 1e-7, "\(activation): \(row)") }
    }
  }

  @Test func widthsMustMakeANetwork() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 0)
      _ = MultilayerPerceptron([784], using: &random)
    }
  }
}
