import Backprop

/// One picture through the convolutional network of `lenet-adam`.
struct LeNetPredictOne: BenchmarkWork {
  let name = "lenet-predict-1"
  let summary = "one picture through the network of lenet-adam; median time"

  func measure() -> Measurement {
    var random = RandomSource(seed: 0)
    let model = BenchmarkModels.leNet(using: &random)
    let image = Tensor.uniform([1, 1, 28, 28], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      _ = withoutGradient { model(image) }
    }
    return measurement("us", seconds.map { $0 * 1e6 })
  }
}
