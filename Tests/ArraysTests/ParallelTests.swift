import BackpropTestSupport
import Testing

@testable import BackpropArrays

/// The number of threads belongs to the whole process, so these run one after the other.
@Suite(.serialized) struct ParallelTests {
  @Test func everyPieceIsDoneOnce() {
    for count in [0, 1, 2, 3, 100, 1000] {
      let visits = Locked([Int](repeating: 0, count: count))
      Parallel.forEach(count) { piece in visits.withLock { $0[piece] += 1 } }
      #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test func rangesCoverEverythingOnce() {
    for count in [0, 1, 2, 9, 10, 11, 19, 20, 21, 159, 160, 161, 1000, 1003] {
      for grain in [1, 2, 7, 10, 1000] {
        let ranges = Locked<[Range<Int>]>([])
        Parallel.forEachRange(of: count, grain: grain) { range in
          ranges.withLock { $0.append(range) }
        }
        let sorted = ranges.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(sorted.flatMap { Array($0) } == Array(0..<count), "\(count) by \(grain)")
        if sorted.count > 1 {
          #expect(sorted.dropLast().allSatisfy { $0.count >= grain }, "\(count) by \(grain)")
        }
      }
    }
  }

  @Test func nestedLoopsRun() {
    let total = Locked(0)
    Parallel.forEach(8) { i in
      Parallel.forEach(8) { j in total.withLock { $0 += 8 * i + j } }
    }
    #expect(total.withLock { $0 } == 63 * 64 / 2)
  }

  /// Every result has the same bits on one thread and on many.
  @Test func resultsDoNotDependOnThreads() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let x = (NDArray.range(from: 0, to: 300_000, .float64) * 0.37).sin().cast(to: .float32)
    let wide = x.reshaped(to: [300, 1000])
    func results() -> [NDArray] {
      [
        x.sum(), x.max(), x.mean(), wide.sum(axis: 0), wide.sum(axis: 1),
        wide.transposed().sum(axis: 0), wide.product(axes: [0]), wide.softmax(), wide.exp(),
        wide.transposed() + wide[.all, 0],
        wide.matmul(wide.transposed()), wide[.all, 0..<77].matmul(wide[0..<77]),
        x.reshaped(to: [3, 100, 1000]).sum(axes: [1]), x.cast(to: .float64).sum(),
      ]
    }
    Parallel.threadCount = 1
    let expected = results()
    for threads in [2, 3, 7] {
      Parallel.threadCount = threads
      for (index, (result, one)) in zip(results(), expected).enumerated() {
        #expect(mismatch(result, one) == nil, "result \(index) on \(threads) threads")
      }
    }
  }

  /// In a process of its own, since the tests of the pool set the number too.
  @Test func thereIsAtLeastOneThread() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 0
      #expect(Parallel.threadCount == 1)
    }
  }

  @Test func tasksComputeAtTheSameTime() async {
    let x = (NDArray.range(from: 0, to: 200_000, .float64)).sin()
    let expected = (x.exp() + x).sum().item
    let sums = await withTaskGroup(of: Double.self) { group in
      for _ in 0..<16 { group.addTask { (x.exp() + x).sum().item } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Double](repeating: expected, count: 16))
  }
}
