import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct TwoLayerNetTests {
  @Test func namesAndShapes() throws {
    var random = RandomSource(seed: 6)
    let network = TwoLayerNet(784, 50, 10, using: &random)
    #expect(
      network.namedParameters.map(\.name)
        == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"])
    #expect(network.parameters.map(\.shape) == [[784, 50], [50], [50, 10], [10]])
    #expect(network.parameterCount == 39760)
    #expect(try network.outputShape(for: [100, 784]) == [100, 10])
    #expect(throws: ShapeError.self) { try network.outputShape(for: [100, 783]) }
  }

  /// x = [1 −1]: hidden sums [1 −1] · [[1 0] [0 2]] = [1 −2].
  @Test func layersAreAppliedInOrder() {
    var random = RandomSource(seed: 6)
    let network = TwoLayerNet(2, 2, 1, using: &random)
    network.hidden.weight.array = NDArray([[1, 0], [0, 2]] as [[Float]])
    network.output.weight.array = NDArray([[3], [5]] as [[Float]])
    network.output.bias!.array = NDArray([0.5] as [Float])
    #expect(network(Tensor([[1, -1], [-1, 1]] as [[Float]])).doubles == [3.5, 10.5])
  }

  @Test func gradientsOfTheWholeNetwork() {
    for activation in Activation.allCases {
      var random = RandomSource(seed: 7)
      let network = TwoLayerNet(
        6, 5, 4, activation: activation, scalarType: .float64, using: &random)
      let images = Tensor.normal([3, 6], scalarType: .float64, using: &random)
      let labels = Tensor([2, 0, 3] as [Int32])
      let before = network.parameters.map(\.array.doubles)
      let check = checkGradient(of: network) { crossEntropy(logits: $0(images), targets: labels) }
      #expect(
        check.rows.map(\.name) == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"])
      for row in check.rows { #expect(row.error < 1e-7, "\(activation): \(row)") }
      #expect(check.passes())
      #expect(network.parameters.map(\.array.doubles) == before)
    }
  }

  /// The check must see a gradient that does not get through, or passing it would mean nothing.
  @Test func checkSeesAMissingGradient() {
    var random = RandomSource(seed: 7)
    let network = TwoLayerNet(3, 4, 2, activation: .tanh, scalarType: .float64, using: &random)
    let images = Tensor.normal([3, 3], scalarType: .float64, using: &random)
    let labels = Tensor([1, 0, 1] as [Int32])
    let check = checkGradient(of: network) { network in
      crossEntropy(logits: network.output(network.hidden(images).tanh().detached), targets: labels)
    }
    #expect(!check.passes())
    #expect(check.rows[0].error > 1e-3)
    #expect(check.rows[2].error < 1e-7)
    #expect(check.description.contains("in hidden.weight"))
  }
}
