import Backprop

/// A middling network on MNIST: 784-512-256-10, relu, batch 128, Adam.
struct MLPAdam: BenchmarkWork {
  let name = "mlp-adam"
  let summary = "training steps of 784-512-256-10, relu, batch 128, Adam"

  func measure() throws -> Measurement {
    let (train, origin) = BenchmarkData.digits()
    var random = RandomSource(seed: 0)
    let model = Sequential {
      Linear(784, 512, using: &random)
      ReLU()
      Linear(512, 256, using: &random)
      ReLU()
      Linear(256, 10, using: &random)
    }
    let optimizer = Adam(for: model)
    let seconds = Stopwatch().secondsPerCall {
      let batch = train.randomBatch(of: 128, using: &random)
      let loss = crossEntropy(logits: model(batch.images), targets: batch.labels)
      optimizer.update(using: loss.backward())
    }
    return measurement("steps/s", seconds.map { 1 / $0 }, data: origin)
  }
}
