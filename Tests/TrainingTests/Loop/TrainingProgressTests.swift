import BackpropAutodiff
import BackpropData
import BackpropNeuralNetworks
import BackpropOptimizers
import Testing
@testable import BackpropTraining

/// A state comes from a file, which may say anything.
@Suite struct TrainingProgressTests {
  private func loop() -> TrainingLoop<TensorDataset> {
    let model = Linear(weight: .zeros([2, 1]))
    let data = TensorDataset(inputs: .zeros([20, 2]), targets: .zeros([20, 1]))
    return TrainingLoop(model, SGD(for: model, learningRate: 0.1), data, batchSize: 8) {
      meanSquaredError(predictions: model($0.inputs, $1), targets: $0.targets)
    }
  }

  @Test func countsThatCannotBeAreRefused() throws {
    let changes: [(String, (inout TrainingState) -> Void)] = [
      ("-1 steps into", { $0.progress.position = -1 }),
      ("3 steps into", { $0.progress.position = 3 }),
      ("\(Int.max) steps into", { $0.progress.position = .max }),
      ("at step \(Int.max)", { $0.progress.step = .max }),
      ("epoch -5", { $0.progress.epoch = -5 }),
      (
        "the best epoch is \(Int.min)",
        {
          $0.progress.best = .init(metric: "loss", epoch: .min, value: 1, metrics: [:])
        }
      ),
      ("\(Int.max) epochs on a plateau", { $0.progress.plateau.epochsWithoutBetter = .max }),
      ("the learning rate is nan", { $0.learningRate = .nan }),
    ]
    for (text, change) in changes {
      let loop = loop()
      try loop.run(steps: 4)
      var state = loop.state
      #expect(throws: Never.self) { try loop.restore(state) }
      change(&state)
      let error = try #require(throws: TrainingStateError.self) { try loop.restore(state) }
      #expect("\(error)".contains(text), "\(error)")
      // The loop is where it was.
      #expect(loop.stepCount == 4)
      try loop.step()
    }
  }
}
