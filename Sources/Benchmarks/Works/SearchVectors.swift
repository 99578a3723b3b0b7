import Backprop

/// The nearest of many vectors to one, by cosine: all of them are looked at.
struct SearchVectors: BenchmarkWork {
  static let (count, width, found) = (100_000, 384, 10)

  let name = "search-\(count)x\(width)"
  let summary = "the \(found) nearest of \(count) vectors of \(width) to one; median time"

  func measure() throws -> Measurement {
    var random = RandomSource(seed: 0)
    var index = VectorIndex(width: Self.width)
    let vectors = Tensor.normal([Self.count, Self.width], using: &random)
    try index.add(vectors, texts: Array(repeating: "", count: Self.count))
    let question = Tensor.normal([Self.width], using: &random)
    let seconds = Stopwatch().secondsPerCall {
      _ = index.nearest(to: question, count: Self.found)
    }
    return measurement("us", seconds.map { $0 * 1e6 })
  }
}
