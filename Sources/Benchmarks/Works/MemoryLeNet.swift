import Backprop

/// A step of `lenet-adam`, whose layers are single operations as everyone writes them.
struct MemoryLeNet: BenchmarkWork {
  let name = "memory-lenet"
  let summary = "peak of live bytes in a step of the network of lenet-adam, batch 64, Adam"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = BenchmarkModels.leNet(using: &random)
    let optimizer = Adam(for: model)
    let images = Tensor.uniform([64, 1, 28, 28], using: &random)
    let labels = Tensor((0..<64).map { Int32($0 % 10) })
    let bytes = PeakMemory.ofSecondStep {
      let loss = crossEntropy(logits: model(images), targets: labels)
      optimizer.update(using: loss.backward())
    }
    return measurement("bytes", [bytes])
  }
}
