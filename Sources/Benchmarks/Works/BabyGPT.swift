import Backprop

/// A small transformer on 12 texts of 64 characters: four layers of 128, four heads, AdamW.
struct BabyGPT: BenchmarkWork {
  let name = "baby-gpt"
  let summary = "training steps of GPT-2's form, 4 layers of 128, 12 texts of 64 tokens, AdamW"

  func measure() throws -> Measurement {
    let (length, batch) = (BenchmarkModels.length, 12)
    var random = RandomSource(seed: 0)
    let text = BenchmarkModels.tokens([1_000_000], using: &random)
    let model = BenchmarkModels.gpt(using: &random)
    let optimizer = AdamW(for: model, learningRate: 1e-3, weightDecay: 0.1)
    let places = Tensor.range(from: 0, to: Double(length + 1), scalarType: .int64)
    var step = 0
    let seconds = Stopwatch().secondsPerCall {
      let starts = Tensor((0..<batch).map { _ in Int(random.next() % UInt64(text.count - length)) })
      let tokens = text[starts.expandingDimension(at: 1) + places]
      let scores = model(tokens[.all, ..<length], .training(seed: 0, step: step))
      let loss = crossEntropy(logits: scores, targets: tokens[.all, 1...])
      optimizer.update(using: loss.backward())
      step += 1
    }
    return measurement("steps/s", seconds.map { 1 / $0 })
  }
}
