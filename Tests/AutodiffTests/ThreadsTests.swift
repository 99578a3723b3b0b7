import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

/// The number of threads belongs to the whole process, so these run one after the other.
@Suite(.serialized) struct ThreadsTests {
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
      ] + standardized([300, 1000], axes: [1], weights: [1000])
        + standardized([10, 30, 1000], axes: [0, 2], weights: [30, 1])
        + standardized([300, 1000], axes: [0], weights: [1000])
    }
    /// Values and all gradients.
    func standardized(_ shape: Shape, axes: [Int], weights: Shape) -> [Tensor] {
      let inputs = [x.reshaped(to: shape)] + [Tensor.ones(weights), .zeros(weights)]
      let tracked = inputs.map { $0.requiringGradient() }
      let y = tracked[0].standardized(axes: axes, weight: tracked[1], bias: tracked[2])
      let gradients = y.backward(from: (inputs[0] * 7).sin())
      return [y.detached] + tracked.map { gradients[$0] }
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
