import Backprop

/// Six element-wise operations on a million numbers, in one pass over memory or one after the other.
struct ElementwiseChain: BenchmarkWork {
  /// Whether each operation reads and writes whole tensors.
  var isSeparate = false

  var name: String { isSeparate ? "elementwise-separate" : "elementwise" }
  var summary: String {
    "a * b, + c, relu, * 0.5, - a, tanh on a million floats"
      + (isSeparate ? ", one after the other" : ", fused") + "; bytes that six operations move"
  }

  func measure() -> Measurement {
    let count = 1_000_000
    var random = RandomSource(seed: 0)
    let a = Tensor.normal([count], using: &random)
    let b = Tensor.normal([count], using: &random)
    let c = Tensor.normal([count], using: &random)
    func chain() -> Tensor { ((((a * b) + c).relu() * 0.5) - a).tanh() }
    let seconds = Stopwatch().secondsPerCall {
      _ = isSeparate ? chain() : fused(chain)
    }
    // Three operations read two arrays and write one; three read one and write one.
    let bytes = Double(count) * 4 * Double(3 * 3 + 3 * 2)
    return measurement("GB/s", seconds.map { bytes / $0 / 1e9 })
  }
}
