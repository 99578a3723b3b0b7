import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@Suite struct BatchNormTests {
  private static func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  /// The features 1, 3 and 10, 20 have the means 2 and 15, and the deviations 1 and 5.
  @Test func featuresAreNormalizedInTraining() {
    let norm = BatchNorm(2, epsilon: 0)
    let y = norm(Tensor([[1, 10], [3, 20]]), .training(seed: 0, step: 0))
    #expect(y.doubles == [-1, -1, 1, 1])
    norm.weight!.array = NDArray([2, 3])
    norm.bias!.array = NDArray([0.5, 0])
    #expect(
      norm(Tensor([[1, 10], [3, 20]]), .training(seed: 0, step: 1)).doubles == [-1.5, -3, 2.5, 3])
  }

  /// The unbiased variances are 2 and 50.
  @Test func runningMeansFollowTheBatches() {
    let batch = Tensor([[1, 10], [3, 20]])
    let norm = BatchNorm(2, momentum: 0.5)
    let statistics = norm.statistics!
    _ = norm(batch, .training(seed: 0, step: 0))
    #expect(statistics.mean.array.doubles == [1, 7.5])
    #expect(statistics.variance.array.doubles == [1.5, 25.5])
    #expect(statistics.batchCount.array.scalars(as: Int64.self) == [1])
    // The mean of all batches alike; the first takes the place of what was there.
    let cumulative = BatchNorm(2, momentum: nil)
    _ = cumulative(batch, .training(seed: 0, step: 0))
    #expect(cumulative.statistics!.variance.array.doubles == [2, 50])
    _ = cumulative(batch * 3, .training(seed: 0, step: 1))
    #expect(cumulative.statistics!.mean.array.doubles == [4, 30])
    #expect(cumulative.statistics!.batchCount.array.scalars(as: Int64.self) == [2])
  }

  /// In use, an example is normalized in the same way whatever it comes with.
  @Test func aModelInUseLooksAtNoBatch() {
    let norm = BatchNorm(3)
    var random = RandomSource(seed: 2)
    let batch = Tensor.normal([4, 3, 5], mean: 2, using: &random)
    _ = norm(batch, .training(seed: 0, step: 0))
    let before = norm.namedBuffers.map(\.buffer.array.doubles)
    let together = norm(batch, .inference)
    #expect(norm(batch[1..<2], .inference).doubles == together[1..<2].doubles)
    #expect(norm(batch, .inference).doubles == norm(batch).doubles)
    #expect(norm.namedBuffers.map(\.buffer.array.doubles) == before)
  }

  @Test func gradientsAreRight() {
    for (shape, isAffine) in [([5, 3] as Shape, true), ([3, 2, 4], true), ([2, 2, 2, 2], false)] {
      let norm = BatchNorm(shape[1], isAffine: isAffine, scalarType: .float64)
      norm.weight?.array = Self.numbers([shape[1]], seed: 5)
      norm.bias?.array = Self.numbers([shape[1]], seed: 6)
      let x = Self.numbers(shape)
      let cotangent = Tensor(Self.numbers(shape, seed: 9))
      for mode in [Mode.training(seed: 0, step: 0), .inference] {
        // A model in use is checked with the running means that training leaves.
        let inputs = checkGradient(at: [x]) { norm($0[0], mode) }
        #expect(inputs.passes(), "\(shape), \(mode.isTraining): \(inputs)")
        if !isAffine { continue }
        let parameters = checkGradient(of: norm) { ($0(Tensor(x), mode) * cotangent).sum() }
        #expect(parameters.passes(), "\(shape), \(mode.isTraining): \(parameters)")
      }
    }
  }

  @Test func aGradientThroughAnUnsaidModeTraps() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BatchNorm(2)(Tensor.ones([3, 2])).sum().backward()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a gradient arrives at BatchNorm(2)"))
    // Without running means it makes no difference.
    let plain = BatchNorm(2, tracksStatistics: false)
    #expect(plain(Tensor([[1, 2], [3, 5]])).sum().backward()[plain.bias!]!.doubles == [2, 2])
    #expect(plain.namedBuffers.isEmpty)
  }

  @Test func mistakesSayWhatIsWrong() throws {
    func text(_ shape: Shape, _ mode: Mode = .inference) -> String {
      let error = #expect(throws: ShapeError.self) {
        try BatchNorm(4)(Tensor(shapeOnly: TensorType(shape)), mode).checkedType()
      }
      return error?.description ?? ""
    }
    #expect(text([8, 3]).contains("3 features along axis 1, and the layer normalizes 4"))
    #expect(!text([8, 3]).contains("hint"))
    #expect(text([8, 28, 28, 4]).contains("the features stand last"))
    #expect(text([4]).contains("no axis of features"))
    let one = text([1, 4], .training(seed: 0, step: 0))
    #expect(one.contains("a batch with 1 number for each feature"))
    #expect(one.contains(".inference"))
    #expect(text([0, 4], .training(seed: 0, step: 0)).contains("0 numbers"))
    #expect(try BatchNorm(4).outputShape(for: [1, 4]) == [1, 4])
  }

  @Test func shapesAloneChangeNoState() throws {
    let norm = BatchNorm(16)
    #expect(try norm.outputShape(for: [8, 16, 28, 28]) == [8, 16, 28, 28])
    let shape = Tensor(shapeOnly: TensorType([8, 16, 28, 28]))
    #expect(try norm(shape, .training(seed: 0, step: 0)).checkedType() == shape.type)
    #expect(norm.statistics!.batchCount.array.scalars(as: Int64.self) == [0])
    #expect(norm.statistics!.mean.array.doubles.allSatisfy { $0 == 0 })
    let model = Sequential {
      Linear(weight: .ones([3, 16]))
      norm
    }
    let rows = try model.summary(input: [2, 3]).rows
    #expect(rows.map(\.layer) == ["Linear(3 -> 16, no bias)", "BatchNorm(16)"])
    #expect(rows.map(\.parameterCount) == [48, 32])
  }
}
