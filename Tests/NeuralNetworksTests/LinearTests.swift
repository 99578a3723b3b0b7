import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct LinearTests {
  /// [1 2] · [[1 2 3] [4 5 6]] + [0.5 −1 2] = [9.5 11 17]
  @Test func productAndBias() {
    let weight = NDArray([[1, 2, 3], [4, 5, 6]] as [[Float]])
    let input = Tensor([[1, 2], [0, -1]] as [[Float]])
    let layer = Linear(weight: weight, bias: NDArray([0.5, -1, 2] as [Float]))
    #expect(layer(input).doubles == [9.5, 11, 17, -3.5, -6, -4])
    #expect(Linear(weight: weight)(input).doubles == [9, 12, 15, -4, -5, -6])
  }

  @Test func axesInFrontAreBatches() {
    let layer = Linear(weight: NDArray([[1], [10]] as [[Float]]))
    let input = Tensor(NDArray.range(from: 0, to: 12, by: 1).reshaped(to: [3, 2, 2]))
    #expect(layer(input).shape == [3, 2, 1])
    #expect(layer(input).doubles == [10, 32, 54, 76, 98, 120])
  }

  /// Weights and bias evenly from ±1/√inputs.
  @Test func startsAsPyTorchDoes() {
    var random = RandomSource(seed: 1)
    let layer = Linear(16, 400, using: &random)
    #expect(layer.weight.shape == [16, 400])
    for numbers in [layer.weight.array.doubles, layer.bias!.array.doubles] {
      #expect(numbers.allSatisfy { abs($0) <= 0.25 })
      #expect(numbers.min()! < -0.24 && numbers.max()! > 0.24)
      #expect(abs(numbers.reduce(0, +) / Double(numbers.count)) < 0.04)
    }
    let zeros = Linear(3, 4, biasInitializer: .zeros, using: &random)
    #expect(zeros.bias!.array.doubles == [0, 0, 0, 0])
    let plain = Linear(3, 4, hasBias: false, scalarType: .float64, using: &random)
    #expect(plain.bias == nil)
    #expect(plain.weight.scalarType == .float64)
    #expect(plain.namedParameters.map(\.name) == ["weight"])
  }

  @Test func sameSeedSameWeights() {
    var (a, b) = (RandomSource(seed: 3), RandomSource(seed: 3))
    #expect(
      Linear(5, 6, using: &a).weight.array.doubles == Linear(5, 6, using: &b).weight.array.doubles)
  }

  @Test func outputShapeOrWhyNot() throws {
    let layer = Linear(weight: .ones([784, 10]))
    #expect(try layer.outputShape(for: [100, 784]) == [100, 10])
    #expect(try layer.outputShape(for: [784]) == [10])
    let error = #expect(throws: ShapeError.self) { try layer.outputShape(for: [100, 28, 28]) }
    #expect(error!.description.contains("rows of 28 numbers, and the weight takes rows of 784"))
    #expect(error!.description.contains("flatten"))
    #expect(throws: ShapeError.self) { try layer.outputShape(for: []) }
    let none = Linear(weight: .ones([0, 5]))
    #expect(throws: ShapeError.self) { try none.outputShape(for: [2, 3]) }
    #expect(throws: ShapeError.self) { try layer.outputShape(for: [1 << 40, 1 << 40]) }
  }

  @Test func summaryNames() {
    #expect(Linear(weight: .ones([3, 2]), bias: .zeros([2])).summaryName == "Linear(3 -> 2)")
    #expect(Linear(weight: .ones([3, 2])).summaryName == "Linear(3 -> 2, no bias)")
  }
}
