import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTraining
import Testing

/// Steps of several batches, and gradients that are clipped.
@Suite struct GradientAccumulationTests {
  /// 23 examples of a smooth function.
  private static let data: TensorDataset = {
    var random = RandomSource(seed: 4)
    let x = Tensor(NDArray.normal([23, 4], scalarType: .float64, using: &random))
    return TensorDataset(inputs: x, targets: x.sum(axis: 1, keepDims: true).sin())
  }()

  private func model() -> Sequential {
    var random = RandomSource(seed: 3)
    return Sequential {
      Linear(4, 6, scalarType: .float64, using: &random)
      Tanh()
      Linear(6, 1, scalarType: .float64, using: &random)
    }
  }

  private func loop(
    batchSize: Int, accumulating count: Int = 1
  ) -> (loop: TrainingLoop<TensorDataset>, model: Sequential) {
    let model = model()
    let loop = TrainingLoop(
      model, SGD(for: model, learningRate: 0.1, momentum: 0.9), Self.data, batchSize: batchSize,
      accumulating: count, seed: 8
    ) { batch, mode in
      meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
    }
    return (loop, model)
  }

  /// 23 examples are 12 and 11 of them: three batches of 4, and then two and one of 3; or 20 and one
  /// batch of 3, which is a step by itself.
  @Test(arguments: [(4, 3), (1, 12), (5, 4), (10, 2), (7, 100)])
  func aStepIsThatOfOneBatch(size: Int, count: Int) throws {
    let (parts, whole) = (
      loop(batchSize: size, accumulating: count), loop(batchSize: size * count)
    )
    #expect(parts.loop.stepsPerEpoch == whole.loop.stepsPerEpoch)
    for clipping in [nil, GradientClipping.norm(0.1), .range(-0.05...0.05)] {
      for side in [parts, whole] { side.loop.clipping = clipping }
      for _ in 0..<5 {
        let (found, expected) = (try parts.loop.step(), try whole.loop.step())
        #expect(abs(found.loss - expected.loss) < 1e-13)
        for (a, b) in zip(parts.model.parameters, whole.model.parameters) {
          #expect(
            Tensor(a.array).isClose(
              to: Tensor(b.array), relativeTolerance: 1e-12, absoluteTolerance: 1e-13))
        }
      }
    }
    #expect(parts.loop.epochCount == whole.loop.epochCount)
  }

  /// Every draw of a step differs, whichever batch it is for.
  @Test func eachBatchIsAPartOfItsPass() throws {
    let slope = Parameter(.ones([]))
    let group = ModuleGroup(["slope": slope])
    var passes: [[Int]] = []
    let loop = TrainingLoop(
      group, SGD(for: group), ListDataset(Array(0..<7)), batchSize: 2, accumulating: 3,
      shuffles: false
    ) { batch, mode in
      let pass = mode.trainingPass!
      passes.append([pass.step, pass.part] + batch)
      return slope.tensor.squared()
    }
    try loop.run(epochs: 1)
    #expect(passes == [[0, 0, 0, 1], [0, 1, 2, 3], [0, 2, 4, 5], [1, 0, 6]])
  }

  /// The model stays as it was, also where the first batches were good.
  @Test func anErrorInALaterBatchChangesNothing() throws {
    let slope = Parameter(.ones([]))
    let group = ModuleGroup(["slope": slope])
    let loop = TrainingLoop(
      group, SGD(for: group), ListDataset([1.0, 2, .infinity]), batchSize: 1, accumulating: 3,
      shuffles: false
    ) { batch, _ in slope.tensor * batch[0] }
    #expect(throws: TrainingError.self) { try loop.step() }
    #expect(slope.array.item == 1 && loop.stepCount == 0)
  }

  @Test func aParameterThatOneBatchLeavesOutHasTheOthersGradient() throws {
    let (a, b) = (Parameter(.ones([])), Parameter(.ones([])))
    let group = ModuleGroup(["a": a, "b": b])
    let loop = TrainingLoop(
      group, SGD(for: group, learningRate: 1), ListDataset([1.0, 2, 4]), batchSize: 2,
      accumulating: 2, shuffles: false
    ) { batch, _ in
      let mean = batch.reduce(0, +) / Double(batch.count)
      return batch.count == 2 ? (a.tensor + b.tensor) * mean : a.tensor * mean
    }
    try loop.step()
    // (1 + 2 + 4) / 3, and without what the second batch has nothing to do with.
    #expect(abs(a.array.item - (1 - 7.0 / 3)) < 1e-6)
    #expect(abs(b.array.item - (1 - 3.0 / 3)) < 1e-6)
  }

  @Test func clippingComesAfterTheTransform() throws {
    let slope = Parameter(NDArray([0, 0], scalarType: .float64))
    let group = ModuleGroup(["slope": slope])
    let loop = TrainingLoop(
      group, SGD(for: group, learningRate: 1), ListDataset([[3.0, -4.0]]), batchSize: 1
    ) { batch, _ in (slope.tensor * Tensor(batch[0], scalarType: .float64)).sum() }
    func step(_ clipping: GradientClipping) throws -> [Double] {
      slope.array = NDArray([0, 0], scalarType: .float64)
      loop.clipping = clipping
      try loop.step()
      return slope.array.doubles
    }
    #expect(try step(.norm(10)) == [-3, 4])
    loop.gradientTransform = { $0 * 100 }
    let found = try step(.norm(10))
    #expect(abs(found[0] + 6) < 1e-6 && abs(found[1] - 8) < 1e-6)
    #expect(try step(.range(-200...350)) == [-300, 200])
  }

  @Test func aStepOfNoBatchesTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TrainingLoop(
        ModuleGroup([:]), SGD(for: ModuleGroup([:])), ListDataset([1]), batchSize: 1,
        accumulating: 0
      ) { _, _ in Tensor(1.0) }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("a step of 0 batches; it takes one at least"))
  }
}
