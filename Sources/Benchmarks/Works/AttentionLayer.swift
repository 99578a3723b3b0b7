import Backprop

/// Causal attention by itself: forward, and the gradients with respect to queries, keys and values.
struct AttentionLayer: BenchmarkWork {
  let name = "attention"
  let summary = "causal attention, 8 x 4 heads of 256 x 64, forward and all gradients"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let shape: Shape = [8, 4, 256, 64]
    let (queries, keys, values) = (
      Tensor.normal(shape, using: &random).requiringGradient(),
      Tensor.normal(shape, using: &random).requiringGradient(),
      Tensor.normal(shape, using: &random).requiringGradient()
    )
    let cotangent = Tensor.normal(shape, using: &random)
    let seconds = Stopwatch().secondsPerCall {
      let result = scaledDotProductAttention(queries, keys, values, isCausal: true)
      _ = result.backward(from: cotangent)
    }
    return measurement("steps/s", seconds.map { 1 / $0 })
  }
}
