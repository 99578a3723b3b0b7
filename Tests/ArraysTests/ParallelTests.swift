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

  /// In a process of its own, since the tests of the pool set the number too.
  @Test func thereIsAtLeastOneThread() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 0
      #expect(Parallel.threadCount == 1)
    }
  }
}
