import BackpropArrays
import Testing

@testable import BackpropAutodiff

@Suite struct GradientThreadsTests {
  /// Sizes at which every operation here is split over threads, and an odd number of rows.
  private static func gradients() -> [NDArray] {
    var random = RandomSource(seed: 3)
    let x = Tensor(NDArray.normal([301, 517], using: &random)).requiringGradient()
    let w = Tensor(NDArray.normal([517, 263], standardDeviation: 0.05, using: &random))
      .requiringGradient()
    let b = Tensor(NDArray.normal([263], using: &random)).requiringGradient()
    let labels = Tensor((0..<301).map { Int32($0 * 7 % 263) })

    let hidden = x.affine(w, b, activation: .relu)
    let normed = (hidden - hidden.mean(axis: 1, keepDims: true)) / (hidden.squared().mean() + 1)
    let mixed =
      normed.softmax(axis: 0) * 3 + normed.tanh() * normed.sigmoid().transposed().transposed()
    var loss =
      crossEntropy(logits: mixed, targets: labels) + squaredError(
        predictions: mixed, targets: hidden.detached) / 1000
    loss = loss + (w * w).sum(axis: 0).max() + x[Slice(by: 3), 5..<400].exp().sum() / 1e5
    // The same parameter in many steps, whose contributions are added as they come.
    var h = x[0..<64, 0..<263]
    for _ in 0..<5 { h = (h.matmul(w[0..<263]) + b).tanh() }
    loss = loss + h.sum()
    // Sequences in chunks, and with products that are split.
    for (hidden, batch) in [(65, 37), (257, 65)] {
      let start = x[..<batch, ..<hidden]
      let states = (x[..<3, ..<hidden].expandingDimension(at: 1) + start).tiled([1, 1, 4])
        .recurrentStates(
          .lstm, weight: w[..<hidden, ..<hidden].tiled([1, 4]), state: [start, start],
          lengths: Tensor((0..<batch).map { $0 % 3 + 1 })
        ).states
      loss = loss + states.squared().mean()
    }
    let value = loss.detached.array
    let gradients = loss.backward()
    return [value] + [x, w, b].map { gradients[$0].array }
  }

  @Test func gradientsHaveTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      let expected = GradientThreadsTests.gradients()
      for array in expected { #expect(array.isFinite) }
      for threads in [2, 7] {
        Parallel.threadCount = threads
        #expect(GradientThreadsTests.gradients() == expected, "\(threads) threads")
      }
    }
  }
}
