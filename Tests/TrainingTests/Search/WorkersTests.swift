import Synchronization
import Testing
@testable import BackpropTraining

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 5, 100]) func eachPieceIsDoneOnce(_ threads: Int) {
    let done = Mutex<[Int]>([])
    onThreads(40, threads: threads) { number in
      done.withLock { $0.append(number) }
      return true
    }
    #expect(done.withLock { $0.sorted() } == Array(0..<40))
    onThreads(0, threads: threads) { _ in
      Issue.record("there is nothing to do")
      return true
    }
  }

  @Test func aPieceCanEndTheWork() {
    let done = Mutex<[Int]>([])
    onThreads(1000, threads: 3) { number in
      done.withLock { $0.append(number) }
      return number < 5
    }
    // The others finish what they have.
    let numbers = done.withLock { $0.sorted() }
    #expect(numbers.starts(with: 0...5) && numbers.count < 1000)
  }
}
