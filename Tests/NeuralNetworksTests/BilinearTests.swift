import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct BilinearTests {
  @Test func productsAreWeightedAndSummed() {
    var random = RandomSource(seed: 1)
    let layer = Bilinear(2, 2, 1, using: &random)
    layer.weight.array = NDArray([1, 2, 3, 4]).reshaped(to: [1, 2, 2])
    layer.bias!.array = NDArray([0.5])
    // 1·(1·5 + 2·7) + 10·(3·5 + 4·7) + 0.5
    #expect(layer(Tensor([[1, 10]]), Tensor([[5, 7]])).doubles == [449.5])
  }

  /// ±1/√left, as PyTorch has it.
  @Test func itStartsAsPyTorchDoes() {
    var random = RandomSource(seed: 2)
    let layer = Bilinear(16, 30, 40, using: &random)
    let numbers = layer.weight.array.doubles + layer.bias!.array.doubles
    #expect(numbers.allSatisfy { abs($0) <= 0.25 })
    #expect(numbers.max()! > 0.249 && numbers.min()! < -0.249)
  }

  @Test func gradientsAreRight() {
    var random = RandomSource(seed: 3)
    let layer = Bilinear(3, 4, 2, scalarType: .float64, using: &random)
    let inputs = [[5, 3] as Shape, [5, 4]].map {
      NDArray.normal($0, scalarType: .float64, using: &random)
    }
    let byInputs = checkGradient(at: inputs) { layer($0[0], $0[1]) }
    #expect(byInputs.passes(), "\(byInputs)")
    let byParameters = checkGradient(of: layer) {
      $0(Tensor(inputs[0]), Tensor(inputs[1])).squared().sum()
    }
    #expect(byParameters.passes(), "\(byParameters)")
  }

  @Test func shapesAloneAndMistakes() throws {
    var random = RandomSource(seed: 4)
    let layer = Bilinear(3, 4, 2, using: &random)
    func type(_ left: Shape, _ right: Shape) throws -> TensorType {
      try layer(Tensor(shapeOnly: TensorType(left)), Tensor(shapeOnly: TensorType(right)))
        .checkedType()
    }
    #expect(try type([6, 5, 3], [6, 5, 4]).shape == [6, 5, 2])
    #expect(try type([3], [4]).shape == [2])
    #expect(try type([0, 3], [0, 4]).shape == [0, 2])
    #expect(layer(.zeros([0, 3]), .zeros([0, 4])).shape == [0, 2])
    for (left, right) in [([6, 4] as Shape, [6, 4] as Shape), ([5, 3], [6, 4]), ([3], [1, 4])] {
      let error = #expect(throws: ShapeError.self) { try type(left, right) }
      #expect(error!.description.contains("not rows of 3 and of 4 numbers"))
    }
    #expect(layer.summaryName == "Bilinear(3, 4 -> 2)")
  }
}
