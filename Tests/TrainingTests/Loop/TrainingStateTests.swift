import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import BackpropWeightFiles
import Testing

@testable import BackpropTraining

/// A loop that is written down in the middle of an epoch and taken up by another goes on as if nothing
/// had happened: every bit is the same.
@Suite struct TrainingStateTests {
  /// With layers that draw, and buffers that remember.
  private func model() -> Sequential {
    var random = RandomSource(seed: 3)
    return Sequential {
      // Wide enough that its work is split among threads.
      Linear(4, 300, using: &random)
      BatchNorm(300)
      Tanh()
      Dropout(0.3)
      Linear(300, 100, using: &random)
      Dropout(0.1)
      Linear(100, 1, using: &random)
    }
  }

  private static let data: TensorDataset = {
    var random = RandomSource(seed: 4)
    let x = NDArray.normal([23, 4], using: &random)
    return TensorDataset(inputs: Tensor(x), targets: Tensor(x).sum(axis: 1, keepDims: true).sin())
  }()

  private func loop(_ model: Sequential, _ optimizer: Optimizer) -> TrainingLoop<TensorDataset> {
    let loop = TrainingLoop(model, optimizer, Self.data, batchSize: 5, seed: 8) { batch, mode in
      meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
    }
    loop.schedule = .cosine(over: 40)
    loop.evaluation = {
      [
        "error": Self.data.means { batch in
          let output = model(batch.inputs, .inference)
          return [
            "error": meanSquaredError(predictions: output, targets: batch.targets).item
          ]
        }["error"]!
      ]
    }
    loop.earlyStopping = EarlyStopping(on: "error", .smallest, patience: 50)
    // So large a change that the rate falls in every other epoch.
    loop.reduceOnPlateau = ReduceOnPlateau(
      of: "error", .smallest, factor: 0.75, patience: 1, threshold: .absolute(1e9))
    loop.averaging = .everyStep(
      AveragedWeights(
        of: model, .exponential(decay: 0.9, warmsUp: true), averagesBuffers: true), after: 3)
    return loop
  }

  private func optimizers() -> [(Sequential) -> Optimizer] {
    [
      { AdamW(for: $0, learningRate: 0.01, weightDecay: 0.1) },
      { SGD(for: $0, learningRate: 0.001, momentum: 0.9, nesterov: true) },
    ]
  }

  @Test func goesOnInTheMiddleOfAnEpochOnAnyThreads() throws {
    let usual = Parallel.threadCount
    defer { Parallel.threadCount = usual }
    for makeOptimizer in optimizers() {
      Parallel.threadCount = 1
      let whole = model()
      let unbroken = loop(whole, makeOptimizer(whole))
      let beginning = unbroken.learningRate
      try unbroken.run(steps: 33)
      #expect(unbroken.learningRate == beginning * 0.75 * 0.75)
      for threads in [1, 2, 7] {
        Parallel.threadCount = threads
        try withTemporaryFolder { folder in
          let first = model()
          let begun = loop(first, makeOptimizer(first))
          for _ in 0..<13 { try begun.step() }
          // 23 examples are 5 batches: three of the third epoch are done.
          #expect(begun.epochCount == 2)
          try begun.state.write(to: folder + "/state")

          // The state decides, whatever the weights were.
          let second = model()
          for parameter in second.parameters { parameter.array = .ones(parameter.shape) }
          let resumed = loop(second, makeOptimizer(second))
          try resumed.restore(TrainingState(contentsOf: folder + "/state"))
          try resumed.run(steps: 33)

          expectSame(resumed.state.weights, unbroken.state.weights, "\(threads) threads")
          expectSame(resumed.optimizer.state, unbroken.optimizer.state, "\(threads) threads")
          expectSame(resumed.bestWeights!, unbroken.bestWeights!, "\(threads) threads")
          expectSame(resumed.state.averages!, unbroken.state.averages!, "\(threads) threads")
          #expect(resumed.averaging?.weights.updateCount == 30)
          #expect(resumed.progress.best == unbroken.progress.best)
          #expect(resumed.progress.plateau == unbroken.progress.plateau)
          #expect(resumed.learningRate == unbroken.learningRate)
          #expect(resumed.epochCount == unbroken.epochCount)
        }
      }
    }
  }

  /// Bit for bit.
  private func expectSame(
    _ a: [String: NDArray], _ b: [String: NDArray], _ comment: Comment,
    location: SourceLocation = #_sourceLocation
  ) {
    let (a, b) = (bits(a), bits(b))
    let others = a.keys.filter { a[$0] != b[$0] }.sorted()
    #expect(others.isEmpty && a.count == b.count, comment, sourceLocation: location)
  }

  private func bits(_ arrays: [String: NDArray]) -> [String: [UInt8]] {
    arrays.mapValues { $0.withContiguousBytes { Array($0) } }
  }

  /// A state is a value: what the loop does afterwards does not change it.
  @Test func aStateStaysWhatItWas() throws {
    let model = model()
    let loop = loop(model, Adam(for: model))
    try loop.step()
    let state = loop.state
    let before = bits(state.weights)
    try loop.run(steps: 9)
    #expect(bits(state.weights) == before)
    try loop.restore(state)
    #expect(loop.stepCount == 1)
    #expect(bits(loop.state.weights) == before)
  }

  @Test func statesOfOtherLoopsAreRefused() throws {
    let (model, other) = (model(), Sequential { Linear(weight: .ones([4, 1])) })
    let loop = loop(model, Adam(for: model))
    try loop.step()
    let before = bits(loop.state.weights)
    let foreign = TrainingLoop(other, Adam(for: other), Self.data, batchSize: 6) { batch, mode in
      meanSquaredError(predictions: other(batch.inputs, mode), targets: batch.targets)
    }
    let error = try #require(throws: TrainingStateError.self) { try loop.restore(foreign.state) }
    #expect(error.description.contains("the batch size is 6, and the loop's is 5"))
    #expect(error.description.contains("it has no averages of the weights, and the loop has an"))
    #expect(error.description.contains("'0.bias' is missing"))
    #expect(error.description.contains("'0.weight' is float32 (4, 1), and the model's is"))
    #expect(bits(loop.state.weights) == before)

    let sgd = SGD(for: model, momentum: 0.9)
    let momentum = self.loop(model, sgd)
    #expect(throws: OptimizerStateError.self) { try momentum.restore(loop.state) }

    // What is found out last changes nothing either.
    var averages = loop.state
    averages.averages?["updates"] = nil
    let optimizer = bits(loop.optimizer.state)
    try loop.step()
    let later = bits(loop.optimizer.state)
    #expect(later != optimizer)
    #expect(throws: OptimizerStateError.self) { try loop.restore(averages) }
    #expect(bits(loop.optimizer.state) == later)
  }

  @Test func filesThatHoldNoStateAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try model().save(to: path)
      #expect(throws: TrainingStateError.self) { try TrainingState(contentsOf: path) }
      #expect(throws: FileError.self) { try TrainingState(contentsOf: folder + "/missing") }
      var file = StateDictionary()
      file.set("model/0.weight", .ones([1]))
      file.metadata["training state"] = "{}"
      try file.write(to: path)
      #expect(throws: TrainingStateError.self) { try TrainingState(contentsOf: path) }
    }
  }
}
