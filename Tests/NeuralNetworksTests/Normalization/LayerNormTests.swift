import BackpropArrays
import BackpropNeuralNetworks
import Testing

@testable import BackpropAutodiff

@Suite struct LayerNormTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  @Test func examplesAreNormalizedByThemselves() {
    let norm = LayerNorm([2], epsilon: 0)
    #expect(norm(Tensor([[1, 3], [10, 20]])).doubles == [-1, 1, -1, 1])
    norm.weight!.array = NDArray([2, 3])
    norm.bias!.array = NDArray([0.5, 0])
    #expect(norm(Tensor([[1, 3]])).doubles == [-1.5, 3])
    // Training makes no difference, so a mode need not be said.
    #expect(norm(Tensor([[1, 3]]), .training(seed: 0, step: 0)).doubles == [-1.5, 3])
    #expect(norm(Tensor([[1, 3]])).sum().backward()[norm.bias!]!.doubles == [1, 1])
  }

  @Test func gradientsAreRight() {
    for shape in [[4] as Shape, [3, 4]] {
      let norm = LayerNorm(shape, scalarType: .float64)
      norm.weight!.array = Self.numbers(shape, seed: 5)
      let x = Self.numbers([2, 3, 4])
      let cotangent = Tensor(Self.numbers([2, 3, 4], seed: 9))
      let inputs = checkGradient(at: [x]) { norm($0[0]) }
      #expect(inputs.passes(), "\(shape): \(inputs)")
      let parameters = checkGradient(of: norm) { ($0(Tensor(x)) * cotangent).sum() }
      #expect(parameters.passes(), "\(shape): \(parameters)")
    }
  }

  @Test func partsCanBeLeftOut() {
    #expect(LayerNorm([3]).namedParameters.map(\.name) == ["weight", "bias"])
    #expect(LayerNorm([3], hasBias: false).namedParameters.map(\.name) == ["weight"])
    #expect(LayerNorm([3], isAffine: false).namedParameters.isEmpty)
  }

  /// The graph holds the layer as one operation on its input, γ and β.
  @Test func isOneOperation() {
    let norm = LayerNorm([4])
    let input = Tensor.ones([3, 4]).requiringGradient()
    let node = norm(input).node!
    #expect(node.operation.name == "standardize" && node.inputCount == 3)
    #expect(node.inputNode(0) === input.node)
    #expect(node.inputNode(1) === norm.weight!.tensor.node)
    let root = RMSNorm([4])(input).node!
    #expect(root.operation.name == "rmsNormalize" && root.inputNode(0) === input.node)
  }

  @Test func shapesAloneAndMistakes() throws {
    let norm = LayerNorm([4, 5])
    #expect(try norm.outputShape(for: [2, 4, 5]) == [2, 4, 5])
    #expect(try norm.outputShape(for: [4, 5]) == [4, 5])
    for shape in [[2, 5, 4] as Shape, [5], []] {
      let error = #expect(throws: ShapeError.self) { try norm.outputShape(for: shape) }
      #expect(error!.description.contains("does not end in axes of shape (4, 5)"))
    }
    #expect(try norm.summary(input: [2, 4, 5]).rows[0].layer == "LayerNorm(4, 5)")
  }
}
