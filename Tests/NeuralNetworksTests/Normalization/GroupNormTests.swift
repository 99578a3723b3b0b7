import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct GroupNormTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  /// The groups 1, 3 and 10, 20 have the means 2 and 15, and the deviations 1 and 5.
  @Test func groupsAreNormalizedByThemselves() {
    let norm = GroupNorm(groups: 2, 4, epsilon: 0)
    #expect(norm(Tensor([[1, 3, 10, 20]])).doubles == [-1, 1, -1, 1])
    norm.weight!.array = NDArray([2, 3, 1, 0])
    norm.bias!.array = NDArray([0.5, 0, 0, 7])
    #expect(norm(Tensor([[1, 3, 10, 20]])).doubles == [-1.5, 3, -1, 7])
    #expect(
      norm(Tensor([[1, 3, 10, 20]]), .training(seed: 0, step: 0)).doubles == [-1.5, 3, -1, 7])
  }

  /// One group is the layer norm of the whole example, as many as features the instance norm.
  @Test func betweenLayerNormAndInstanceNorm() {
    let x = Tensor(Self.numbers([2, 3, 4, 2]))
    func isClose(_ a: Tensor, _ b: Tensor) -> Bool {
      zip(a.doubles, b.doubles).allSatisfy { abs($0 - $1) < 1e-12 }
    }
    let whole = GroupNorm(groups: 1, 3, isAffine: false)(x)
    #expect(isClose(whole, LayerNorm([3, 4, 2], isAffine: false)(x)))
    let single = GroupNorm(groups: 3, 3, isAffine: false)(x)
    #expect(isClose(single, InstanceNorm(3)(x)))
  }

  @Test func gradientsAreRight() {
    let norm = GroupNorm(groups: 2, 4, scalarType: .float64)
    norm.weight!.array = Self.numbers([4], seed: 5)
    let x = Self.numbers([2, 4, 3])
    let cotangent = Tensor(Self.numbers([2, 4, 3], seed: 9))
    let inputs = checkGradient(at: [x]) { norm($0[0]) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: norm) { ($0(Tensor(x)) * cotangent).sum() }
    #expect(parameters.passes(), "\(parameters)")
  }

  @Test func shapesAloneAndMistakes() throws {
    let norm = GroupNorm(groups: 2, 4)
    #expect(try norm.outputShape(for: [3, 4, 5, 6]) == [3, 4, 5, 6])
    #expect(try norm.outputShape(for: [0, 4, 5]) == [0, 4, 5])
    #expect(norm(Tensor.zeros([0, 4, 5])).shape == [0, 4, 5])
    let error = #expect(throws: ShapeError.self) { try norm.outputShape(for: [3, 5, 4]) }
    #expect(error!.description.contains("5 features along axis 1, and the layer normalizes 4"))
    #expect(error!.description.contains("the features stand last here"))
    #expect(norm.summaryName == "GroupNorm(4, 2 groups)")
  }
}
