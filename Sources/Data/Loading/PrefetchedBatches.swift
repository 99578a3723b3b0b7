import BackpropArrays

/// Batches that other threads put together before they are asked for, a few ahead.
///
/// The threads take the batches in turn, each whole, so none depends on how many threads there are.
/// They end with this value.
final class PrefetchedBatches<Batch: Sendable>: BatchSource {
  private let work: Work

  init(_ source: any BatchSource<Batch>, count: Int, threads: Int, ahead: Int) {
    work = Work(source, count: count, threads: threads, ahead: ahead)
  }

  deinit { work.stop() }

  func batch(_ index: Int) throws -> Batch { try work.take(index) }

  /// What the threads share, who may outlive the batches by the one that they are at.
  private final class Work: @unchecked Sendable {
    private let source: any BatchSource<Batch>
    private let count: Int
    private let ahead: Int
    private let condition = Condition()
    // Only under the condition's lock.
    private var threadsToStart: Int
    private var runningThreads = 0
    private var isStopped = false
    /// The batch that was asked for last.
    private var wanted = 0
    /// The batch that is to be begun next.
    private var next = 0
    private var begun: Set<Int> = []
    private var ready: [Int: Result<Batch, any Error>] = [:]

    init(_ source: any BatchSource<Batch>, count: Int, threads: Int, ahead: Int) {
      self.source = source
      self.count = count
      self.ahead = ahead
      threadsToStart = threads
    }

    func take(_ index: Int) throws -> Batch {
      let result = condition.withLock { () -> Result<Batch, any Error>? in
        // A pass may begin in its middle, and whoever asks may go back.
        let isExpected = ready[index] != nil || begun.contains(index) || index == next
        if !isExpected {
          ready = [:]
          next = index
        }
        wanted = index
        startThreads()
        condition.wakeAll()
        while runningThreads > 0 {
          if let result = ready.removeValue(forKey: index) { return result }
          condition.wait()
        }
        return nil
      }
      return try result?.get() ?? source.batch(index)
    }

    func stop() {
      condition.withLock {
        isStopped = true
        condition.wakeAll()
      }
    }

    private func startThreads() {
      while threadsToStart > 0 {
        threadsToStart -= 1
        if BackgroundThread.start({ self.run() }) { runningThreads += 1 }
      }
    }

    /// One thread's work.
    private func run() {
      while let index = begin() {
        let result = Result { try source.batch(index) }
        condition.withLock {
          begun.remove(index)
          if index >= wanted { ready[index] = result }
          condition.wakeAll()
        }
      }
    }

    /// The batch to put together now, when there is one; `nil` when no more are wanted.
    private func begin() -> Int? {
      condition.withLock {
        while !isStopped {
          while begun.contains(next) || ready[next] != nil { next += 1 }
          if next < count && next <= wanted + ahead {
            begun.insert(next)
            next += 1
            return next - 1
          }
          condition.wait()
        }
        return nil
      }
    }
  }
}
