import Backprop

/// A convolutional network on MNIST, of the kind of LeNet: two convolutions, two linear layers, Adam.
struct LeNetAdam: BenchmarkWork {
  let name = "lenet-adam"
  let summary = "training steps of two convolutions 3x3 and two linear layers, batch 64, Adam"

  func measure() throws -> Measurement {
    var (train, origin) = BenchmarkData.digits()
    train.options.flatten = false
    var random = RandomSource(seed: 0)
    let model = BenchmarkModels.leNet(using: &random)
    let optimizer = Adam(for: model)
    let seconds = Stopwatch().secondsPerCall {
      let batch = train.randomBatch(of: 64, using: &random)
      let loss = crossEntropy(logits: model(batch.images), targets: batch.labels)
      optimizer.update(using: loss.backward())
    }
    return measurement("steps/s", seconds.map { 1 / $0 }, data: origin)
  }
}
