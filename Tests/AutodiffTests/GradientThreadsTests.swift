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
    // Sequences in chunks, in steps that are split, and with products that are.
    for (hidden, batch, steps) in [(65, 37, 5), (257, 65, 5), (65, 37, 3)] {
      let start = x[..<batch, ..<hidden]
      func states(_ x: Tensor, _ positions: Tensor?) -> Tensor {
        x.tiled(x.rank == 3 ? [1, 1, 4] : [1, 4]).recurrentStates(
          .lstm, weight: w[..<hidden, ..<hidden].tiled([1, 4]), state: [start, start],
          positions: positions, lengths: Tensor((0..<batch).map { $0 % steps + 1 })
        ).states
      }
      let all = states(x[..<steps, ..<hidden].expandingDimension(at: 1) + start, nil)
      let positions = Tensor((0..<steps * batch).map { $0 * $0 % 9 }, shape: [steps, batch])
      let ofTable = states(x[..<9, ..<hidden], positions)
      loss = loss + all.squared().mean() + ofTable.squared().mean()
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
