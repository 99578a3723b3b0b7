import Backprop
import BackpropFiles

/// A process from its start to the first prediction from a weight file.
struct Start: BenchmarkWork {
  let name = "start"
  let summary = "from process start to a first prediction from a weight file; median time"

  func measure() throws -> Measurement {
    try TemporaryFolder.with { folder in
      var random = RandomSource(seed: 0)
      let weights = folder + "/model.safetensors"
      try MultilayerPerceptron([784, 50, 10], using: &random).save(to: weights)
      let image = folder + "/digit.pgm"
      let pixels = Digits.draw(.test, count: 1).pixels.scalars(as: UInt8.self)
      try AtomicFile.write(Array("P5 28 28 255\n".utf8) + pixels, to: image)

      func run() throws -> Double {
        1000 * (try ChildProcess.seconds(["predict", "--weights", weights, image]))
      }
      _ = try run()
      return measurement("ms", try (0..<21).map { _ in try run() })
    }
  }
}
