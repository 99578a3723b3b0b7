import Backprop

/// The course's smallest deep network: 25-20-20-20-5 on five drawings, one at a time, `float64`.
struct Tiny: BenchmarkWork {
  let name = "tiny"
  let summary = "epochs of five steps of 25-20-20-20-5, float64, no bias, batch of one, SGD"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = MultilayerPerceptron(
      [25, 20, 20, 20, 5], hasBias: false, initializer: .uniform(in: -1..<1),
      scalarType: .float64, using: &random)
    let images = (0..<5).map { _ in
      Tensor.uniform([1, 25], scalarType: .float64, using: &random).maximum(0.5)
    }
    let labels = (0..<5).map { Tensor([Int32($0)]) }
    let optimizer = SGD(for: model, learningRate: 0.01)
    let seconds = Stopwatch().secondsPerCall {
      for (image, label) in zip(images, labels) {
        let loss = crossEntropy(logits: model(image), targets: label)
        optimizer.update(using: loss.backward())
      }
    }
    return measurement("epochs/s", seconds.map { 1 / $0 })
  }
}
