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
  /// Noise that is drawn in training, and a buffer that remembers.
  private struct Noisy: Layer {
    let weight: Parameter
    let seen = Buffer(.zeros([1]))

    func forward(_ x: Tensor, _ mode: Mode) -> Tensor {
      guard mode.isTraining else { return mode.guarding(x, of: self) }
      var random = mode.makeRandomSource()
      let noise = NDArray.uniform(x.shape, in: 0.5..<1.5, using: &random)
      seen.array = (seen.tensor * 0.9 + x.mean() * 0.1).array
      return x * Tensor(noise) * weight.tensor
    }
  }

  private func model() -> Sequential {
    var random = RandomSource(seed: 3)
    return Sequential {
      Linear(4, 6, using: &random)
      Noisy(weight: Parameter(.ones([6])))
      Tanh()
      Noisy(weight: Parameter(.ones([6])))
      Linear(6, 1, using: &random)
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
    return loop
  }

  private func optimizers() -> [(Sequential) -> Optimizer] {
    [
      { AdamW(for: $0, learningRate: 0.01, weightDecay: 0.1) },
      { SGD(for: $0, learningRate: 0.05, momentum: 0.9, nesterov: true) },
    ]
  }

  @Test(arguments: [1, 2, 7]) func goesOnInTheMiddleOfAnEpoch(threads: Int) throws {
    for makeOptimizer in optimizers() {
      let whole = model()
      let unbroken = loop(whole, makeOptimizer(whole))
      try unbroken.run(steps: 33)

      try withTemporaryFolder { folder in
        let first = model()
        let begun = loop(first, makeOptimizer(first))
        for _ in 0..<13 { try begun.step() }
        // 23 examples are 5 batches: three of the third epoch are done.
        #expect(begun.epochCount == 2)
        try begun.state.write(to: folder + "/state")

        let second = model()
        second.layers.compactMap { $0 as? Linear }.forEach {
          $0.bias!.array = .ones($0.bias!.shape)
        }
        let resumed = loop(second, makeOptimizer(second))
        try resumed.restore(TrainingState(contentsOf: folder + "/state"))
        try resumed.run(steps: 33)

        #expect(bits(resumed.state.weights) == bits(unbroken.state.weights))
        #expect(bits(resumed.optimizer.state) == bits(unbroken.optimizer.state))
        #expect(bits(resumed.bestWeights!) == bits(unbroken.bestWeights!))
        #expect(resumed.progress.best == unbroken.progress.best)
        #expect(resumed.epochCount == unbroken.epochCount)
      }
    }
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
    #expect(error.description.contains("'0.bias' is missing"))
    #expect(error.description.contains("'0.weight' is float32 (4, 1), and the model's is"))
    #expect(bits(loop.state.weights) == before)

    let sgd = SGD(for: model, momentum: 0.9)
    let momentum = self.loop(model, sgd)
    #expect(throws: OptimizerStateError.self) { try momentum.restore(loop.state) }
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
