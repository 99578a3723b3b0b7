import Backprop

/// The product of two square matrices.
struct MatrixProductWork: BenchmarkWork {
  let size: Int

  var name: String { "gemm-\(size)" }
  var summary: String { "the product of two \(size) x \(size) matrices, float32" }

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let a = Tensor.normal([size, size], using: &random)
    let b = Tensor.normal([size, size], using: &random)
    let seconds = Stopwatch().secondsPerCall { _ = a.matmul(b) }
    let operations = 2 * Double(size) * Double(size) * Double(size)
    return measurement("GFLOP/s", seconds.map { operations / $0 / 1e9 })
  }
}
