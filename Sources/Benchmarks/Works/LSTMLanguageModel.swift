import Backprop

/// A recurrent language model of characters: a vector of 128 for each of 65 tokens, an LSTM of 128, a
/// linear head; 32 texts of 64 tokens, AdamW.
struct LSTMLanguageModel: BenchmarkWork {
  let name = "lstm"
  let summary = "training steps of a language model, LSTM 128, 32 texts of 64 tokens, AdamW"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = CharacterLSTM(vocabularySize: 65, width: 128, hidden: 128, using: &random)
    let optimizer = AdamW(for: model, learningRate: 0.001, weightDecay: 0.01)
    func tokens() -> Tensor {
      Tensor((0..<32 * 64).map { _ in Int.random(in: 0..<65, using: &random) }, shape: [32, 64])
    }
    let (read, next) = (tokens(), tokens())
    let seconds = Stopwatch().secondsPerCall {
      let loss = crossEntropy(logits: model(read), targets: next)
      optimizer.update(using: loss.backward())
    }
    return measurement("steps/s", seconds.map { 1 / $0 })
  }
}
