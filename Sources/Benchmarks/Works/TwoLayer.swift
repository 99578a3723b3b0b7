import Backprop

/// The course's network on MNIST: 784-50-10, relu, mini-batches of 100 drawn at random, SGD.
struct TwoLayer: BenchmarkWork {
  let name = "two-layer"
  let summary = "training steps of 784-50-10, relu, batch 100, SGD"

  func measure() throws -> Measurement {
    let (train, origin) = BenchmarkData.digits()
    var random = RandomSource(seed: 0)
    let model = Sequential {
      Linear(784, 50, using: &random)
      ReLU()
      Linear(50, 10, using: &random)
    }
    let optimizer = SGD(for: model, learningRate: 0.1)
    let seconds = Stopwatch().secondsPerCall {
      let batch = train.randomBatch(of: 100, using: &random)
      let loss = crossEntropy(logits: model(batch.images), targets: batch.labels)
      optimizer.update(using: loss.backward())
    }
    return measurement("steps/s", seconds.map { 1 / $0 }, data: origin)
  }
}
