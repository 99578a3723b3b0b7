import BackpropArrays
import BackpropAutodiff
import CBackpropRuntime
import BackpropData
import BackpropNeuralNetworks
import Testing
import BackpropTraining

/// Training takes memory from the system in its first passes and none after that.
@Suite struct TrainingLoopMemoryTests {
  /// Notes at the end of each pass how many blocks the process had taken from the system.
  final class BlockCounter: TrainingObserver {
    var counts: [UInt64] = []

    func receive(_ event: TrainingEvent) {
      if case .epoch = event { counts.append(bp_memory().system_allocations) }
    }
  }

  /// In a process of its own, where nothing else allocates.
  @Test func everyPassAfterTheFirstTakesNothing() async {
    await #expect(processExitsWith: .success) {
      // A worker would take its blocks when it first gets work, in whatever pass.
      Parallel.threadCount = 1
      for optimizer in TrainingConfiguration.OptimizerName.allCases {
        var configuration = TrainingConfiguration()
        configuration.optimizer = optimizer
        // The last batch of a pass is smaller than the others.
        let digits = Digits.draw(.test, count: 200)
        var random = RandomSource(seed: 0)
        let model = MultilayerPerceptron([784, 20, 10], using: &random)
        let loop = TrainingLoop(
          model, configuration.makeOptimizer(for: model), digits, batchSize: 60
        ) { batch, mode in
          crossEntropy(logits: model(batch.images, mode), targets: batch.labels)
        }
        loop.evaluation = { ["accuracy": accuracy(of: model, on: digits)] }
        let counter = BlockCounter()
        loop.observers = [counter]
        try loop.run(epochs: 6)
        #expect(counter.counts.count == 6)
        #expect(Set(counter.counts.dropFirst()).count == 1, "\(optimizer): \(counter.counts)")
      }
    }
  }
}
