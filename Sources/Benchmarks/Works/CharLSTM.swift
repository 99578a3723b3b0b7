import Backprop

/// A recurrent language model of characters: a vector of 128 for each of 65 tokens, an LSTM of 128, a
/// linear head; 32 texts of 64 tokens, AdamW.
struct CharLSTM: BenchmarkWork {
  let name = "char-lstm"
  let summary = "training steps of a language model, LSTM 128, 32 texts of 64 tokens, AdamW"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = CharacterLSTM(
      vocabularySize: BenchmarkModels.vocabulary, width: 128, hidden: 128, using: &random)
    let optimizer = AdamW(for: model, learningRate: 0.001, weightDecay: 0.01)
    let read = BenchmarkModels.tokens([32, BenchmarkModels.length], using: &random)
    let next = BenchmarkModels.tokens([32, BenchmarkModels.length], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      let loss = crossEntropy(logits: model(read), targets: next)
      optimizer.update(using: loss.backward())
    }
    return measurement("steps/s", seconds.map { 1 / $0 })
  }
}
