import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropAutodiff

/// The number of threads belongs to the whole process, so these run one after the other, or in a
/// process of their own.
@Suite(.serialized) struct ThreadsTests {
  /// Sizes at which every operation here is split over threads, and an odd number of rows.
  private static func gradients() -> [NDArray] {
    var random = RandomSource(seed: 3)
    let x = Tensor.normal([301, 517], using: &random).requiringGradient()
    let w = Tensor.normal([517, 263], deviation: 0.05, using: &random)
      .requiringGradient()
    let b = Tensor.normal([263], using: &random).requiringGradient()
    let labels = Tensor((0..<301).map { Int32($0 * 7 % 263) })

    let hidden = x.affine(w, b, activation: .relu)
    let normed = (hidden - hidden.mean(axis: 1, keepDims: true)) / (hidden.squared().mean() + 1)
    let mixed =
      normed.softmax(axis: 0) * 3 + normed.tanh() * normed.sigmoid().transposed().transposed()
    var loss = crossEntropy(mixed, labels) + squaredError(mixed, hidden.detached) / 1000
    loss = loss + (w * w).sum(axis: 0).max() + x[Slice(by: 3), 5..<400].exp().sum() / 1e5
    // The same parameter in many steps, whose contributions are added as they come.
    var h = x[0..<64, 0..<263]
    for _ in 0..<5 { h = (h.matmul(w[0..<263]) + b).tanh() }
    loss = loss + h.sum()
    let value = loss.detached.array
    let gradients = loss.backward()
    return [value] + [x, w, b].map { gradients[$0].array }
  }

  @Test func gradientsHaveTheSameBitsOnAnyNumberOfThreads() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      let expected = ThreadsTests.gradients()
      for array in expected { #expect(array.isFinite) }
      for threads in [2, 7] {
        Parallel.threadCount = threads
        #expect(ThreadsTests.gradients() == expected, "\(threads) threads")
      }
    }
  }

  /// Every result has the same bits on one thread and on many.
  @Test func resultsDoNotDependOnThreads() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let x = (Tensor.range(from: 0, to: 300_000, scalarType: .float64) * 0.37).sin().cast(
      to: .float32)
    let wide = x.reshaped(to: [300, 1000])
    func results() -> [Tensor] {
      [
        x.sum(), x.max(), x.mean(), wide.sum(axis: 0), wide.sum(axis: 1),
        wide.transposed().sum(axis: 0), wide.product(axes: [0]), wide.softmax(), wide.exp(),
        wide.transposed() + wide[.all, 0],
        wide.matmul(wide.transposed()), wide[.all, 0..<77].matmul(wide[0..<77]),
        wide.gather(rows: (0..<300).reversed()), Tensor.where(wide .> 0, wide, 0),
        x.reshaped(to: [3, 100, 1000]).sum(axes: [1]), x.cast(to: .float64).sum(),
      ]
    }
    Parallel.threadCount = 1
    let expected = results()
    for threads in [2, 3, 7] {
      Parallel.threadCount = threads
      for (index, (result, one)) in zip(results(), expected).enumerated() {
        #expect(mismatch(result.array, one.array) == nil, "result \(index) on \(threads) threads")
      }
    }
  }

  @Test func tasksComputeAtTheSameTime() async {
    let x = (Tensor.range(from: 0, to: 200_000, scalarType: .float64)).sin()
    let expected = (x.exp() + x).sum().item
    let sums = await withTaskGroup(of: Double.self) { group in
      for _ in 0..<16 { group.addTask { (x.exp() + x).sum().item } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Double](repeating: expected, count: 16))
  }
}
