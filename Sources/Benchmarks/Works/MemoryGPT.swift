import Backprop

/// A step of `baby-gpt`, whose attention keeps no weights of pairs.
struct MemoryGPT: BenchmarkWork {
  let name = "memory-gpt"
  let summary = "peak of live bytes in a step of the network of baby-gpt, 12 texts of 64, AdamW"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = BenchmarkModels.gpt(using: &random)
    let optimizer = AdamW(for: model, learningRate: 1e-3, weightDecay: 0.1)
    let read = BenchmarkModels.tokens([12, BenchmarkModels.length], using: &random)
    let next = BenchmarkModels.tokens([12, BenchmarkModels.length], using: &random)
    let bytes = PeakMemory.ofSecondStep {
      let loss = crossEntropy(
        logits: model(read, .training(seed: 0, step: 0)), targets: next)
      optimizer.update(using: loss.backward())
    }
    return measurement("bytes", [bytes])
  }
}
