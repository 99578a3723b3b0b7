import Backprop

/// Six element-wise operations on a million numbers, in one pass over memory.
struct ElementwiseChain: BenchmarkWork {
  let name = "elementwise"
  let summary =
    "a * b, + c, relu, * 0.5, - a, tanh on a million floats, fused; bytes that six operations move"

  func measure() -> Measurement {
    let count = 1_000_000
    var random = RandomSource(seed: 0)
    let a = Tensor.normal([count], using: &random)
    let b = Tensor.normal([count], using: &random)
    let c = Tensor.normal([count], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      _ = fused { ((((a * b) + c).relu() * 0.5) - a).tanh() }
    }
    // Three operations read two arrays and write one; three read one and write one.
    let bytes = Double(count) * 4 * Double(3 * 3 + 3 * 2)
    return measurement("GB/s", seconds.map { bytes / $0 / 1e9 })
  }
}
