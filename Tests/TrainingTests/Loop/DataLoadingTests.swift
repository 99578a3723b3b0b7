import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import Testing

@testable import BackpropTraining

/// A loop over data that are loaded ahead.
@Suite struct DataLoadingTests {
  private static let data: TensorDataset = {
    var random = RandomSource(seed: 1)
    let inputs = Tensor.normal([103, 5], using: &random)
    return TensorDataset(inputs: inputs, targets: inputs.sum(axis: 1).reshaped(to: [103, 1]))
  }()

  private func loop<Data: Dataset>(
    _ data: Data
  ) -> TrainingLoop<Data> where Data.Batch == TensorDataset.Batch {
    var random = RandomSource(seed: 2)
    let model = MultilayerPerceptron([5, 8, 1], dropout: 0.2, using: &random)
    return TrainingLoop(
      model, Adam(for: model, learningRate: 0.01), data, batchSize: 10, seed: 7
    ) { batch, mode in
      meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
    }
  }

  private func loader(_ threads: Int) -> DataLoader<TensorDataset> {
    DataLoader(Self.data, threads: threads) { batch, random in
      TensorDataset(
        inputs: batch.inputs + Tensor.normal(batch.inputs.shape, using: &random),
        targets: batch.targets
      ).batch(Array(0..<batch.inputs.shape[0]))
    }
  }

  private func expectEqual(_ a: any Module, _ b: any Module) {
    for ((_, x), (name, y)) in zip(a.namedParameters, b.namedParameters) {
      #expect(mismatch(x.array, y.array) == nil, "\(name)")
    }
  }

  @Test func theSameWeightsOnAnyNumberOfThreads() throws {
    let expected = loop(loader(0))
    try expected.run(epochs: 3)
    for threads in [1, 3] {
      let found = loop(loader(threads))
      try found.run(epochs: 3)
      expectEqual(found.model, expected.model)
    }
    let plain = loop(Self.data)
    try plain.run(epochs: 3)
    let ahead = loop(DataLoader(Self.data, threads: 2))
    try ahead.run(epochs: 3)
    expectEqual(plain.model, ahead.model)
  }

  /// A run that is taken up in the middle of an epoch draws what the whole one drew.
  @Test func takenUpInTheMiddle() throws {
    let whole = loop(loader(2))
    try whole.run(steps: 27)
    let first = loop(loader(1))
    for _ in 0..<15 { try first.step() }
    let second = loop(loader(3))
    try second.restore(first.state)
    try second.run(steps: 27)
    expectEqual(whole.model, second.model)
  }

  private struct Broken: Error {}

  @Test func whatCannotBeReadEndsTheStep() throws {
    let loop = loop(DataLoader(Self.data, threads: 1) { _, _ in throw Broken() })
    #expect(throws: Broken.self) { try loop.step() }
    #expect(loop.stepCount == 0)
  }
}
