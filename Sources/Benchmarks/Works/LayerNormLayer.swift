import Backprop

/// A layer norm by itself: forward, and the gradients with respect to input, gain and shift.
struct LayerNormLayer: BenchmarkWork {
  let name = "layernorm"
  let summary = "layer norm of 768 rows of 128, forward and all gradients"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let norm = LayerNorm([128])
    let rows = Tensor.normal([768, 128], using: &random).requiringGradient()
    let cotangent = Tensor.normal([768, 128], using: &random)
    let seconds = Stopwatch().secondsPerCall { _ = norm(rows).backward(from: cotangent) }
    return measurement("steps/s", seconds.map { 1 / $0 })
  }
}
