import Backprop

/// One picture through the course's inference network, as a server answers one request.
struct PredictOne: BenchmarkWork {
  let name = "predict-1"
  let summary = "one picture through 784-50-100-10, sigmoid; median time"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = MultilayerPerceptron([784, 50, 100, 10], activation: .sigmoid, using: &random)
    let image = Tensor.uniform([1, 784], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      _ = withoutGradient { model(image) }
    }
    return measurement("us", seconds.map { $0 * 1e6 })
  }
}
