import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import Testing

@Suite struct InstanceNormTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  /// The features 1, 3 and 10, 20 have the means 2 and 15, and the deviations 1 and 5.
  @Test func featuresOfAnExampleAreNormalizedByThemselves() {
    let norm = InstanceNorm(2, epsilon: 0)
    #expect(norm(Tensor([1, 3, 10, 20]).reshaped(to: [1, 2, 2])).doubles == [-1, 1, -1, 1])
    #expect(norm.namedParameters.isEmpty)
    #expect(norm.namedBuffers.isEmpty)
  }

  @Test func runningMeansAreOfTheExamples() {
    let norm = InstanceNorm(1, momentum: 0.5, tracksStatistics: true)
    let statistics = norm.statistics!
    // Means 2 and 15 with unbiased variances 2 and 50: on average 8.5 and 26.
    _ = norm(Tensor([1, 3, 10, 20]).reshaped(to: [2, 1, 2]), .training(seed: 0, step: 0))
    #expect(statistics.mean.array.doubles == [4.25])
    #expect(statistics.variance.array.doubles == [13.5])
    #expect(statistics.batchCount.array.scalars(as: Int64.self) == [0])
    // In use, by these; also of a single place.
    let y = norm(Tensor(repeating: 4.25, shape: [1, 1, 2]), .inference)
    #expect(y.doubles == [0, 0])
    #expect(norm(Tensor(repeating: 4.25, shape: [1, 1, 1]), .inference).doubles == [0])
  }

  @Test func gradientsAreRight() {
    let norm = InstanceNorm(3, isAffine: true, scalarType: .float64)
    norm.weight!.array = Self.numbers([3], seed: 5)
    let x = Self.numbers([2, 3, 4])
    let cotangent = Tensor(Self.numbers([2, 3, 4], seed: 9))
    let inputs = checkGradient(at: [x]) { norm($0[0]) }
    #expect(inputs.passes(), "\(inputs)")
    let parameters = checkGradient(of: norm) { ($0(Tensor(x)) * cotangent).sum() }
    #expect(parameters.passes(), "\(parameters)")
  }

  @Test func shapesAloneAndMistakes() throws {
    let norm = InstanceNorm(4)
    #expect(try norm.outputShape(for: [3, 4, 5, 6]) == [3, 4, 5, 6])
    func message(_ shape: Shape) -> String {
      #expect(throws: ShapeError.self) { try norm.outputShape(for: shape) }?.description ?? ""
    }
    #expect(message([3, 5, 7]).contains("5 features along axis 1, and the layer normalizes 4"))
    #expect(message([3, 4]).contains("LayerNorm normalizes over features"))
    #expect(message([3, 4, 1]).contains("a feature of 1 place has no variance"))
  }
}
