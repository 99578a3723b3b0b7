import Backprop

/// One text of 64 tokens through the transformer of `baby-gpt`, all at once.
struct GPTPredictOne: BenchmarkWork {
  let name = "gpt-predict-1"
  let summary = "scores at all 64 places of one text by the network of baby-gpt; median time"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = BenchmarkModels.gpt(using: &random)
    let text = BenchmarkModels.tokens([1, BenchmarkModels.length], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      _ = withoutGradient { model(text) }
    }
    return measurement("us", seconds.map { $0 * 1e6 })
  }
}
