import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropTestSupport
import CBackpropRuntime
import Foundation
import Testing

/// Training takes memory from the system in its first steps and none after that.
///
/// The counter is that of the whole process, workers included, so each test runs in a process of
/// its own, where nothing else allocates.
@Suite struct SteadyMemoryTests {
  /// A training loop as users write it.
  final class Loop {
    private let model: Sequential
    private let optimizer: Optimizer
    private let images: Tensor
    private let labels: Tensor
    /// What an impatient user might keep of every step.
    var results: [Tensor] = []

    init(_ optimizer: (Sequential) -> Optimizer) {
      var random = RandomSource(seed: 0)
      model = Sequential {
        Linear(100, 64, using: &random)
        ReLU()
        Linear(64, 10, using: &random)
      }
      self.optimizer = optimizer(model)
      images = Tensor.uniform([50, 100], using: &random)
      labels = Tensor(NDArray((0..<50).map { Int32($0 % 10) }, shape: [50]))
    }

    /// A step; returns its loss.
    func step() -> Tensor {
      let loss = crossEntropy(logits: model(images), targets: labels)
      optimizer.update(using: loss.backward())
      return loss
    }

    /// The blocks that `count` further steps take from the system.
    func blocksTaken(by count: Int, keepingLosses: Bool = false) -> UInt64 {
      let before = bp_memory().system_allocations
      for _ in 0..<count {
        let loss = step()
        if keepingLosses { results.append(loss) }
      }
      return bp_memory().system_allocations - before
    }
  }

  static let optimizers: [@Sendable (Sequential) -> Optimizer] = [
    { SGD(for: $0, learningRate: 0.1) },
    { SGD(for: $0, learningRate: 0.1, momentum: 0.9) },
    { AdamW(for: $0, groups: [ParameterGroup(where: { $1.rank < 2 }, weightDecay: 0)]) },
    { RMSProp(for: $0, momentum: 0.9, centered: true) },
    // Written in tensors.
    { NAdam(for: $0) },
  ]

  @Test func afterTheFirstStepsNoBlockIsTaken() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      for optimizer in SteadyMemoryTests.optimizers {
        let loop = Loop(optimizer)
        #expect(loop.blocksTaken(by: 3) > 0)
        #expect(loop.blocksTaken(by: 300) == 0)
      }
    }
  }

  #if os(Linux)
    /// Small objects of Swift, such as the nodes of the graph, do not come from the cache of blocks:
    /// the memory that the process may write to tells of them too.
    @Test(.enabled(if: !isUnderSanitizer, "sanitizers keep freed memory aside"))
    func theProcessDoesNotGrow() async {
      await #expect(processExitsWith: .success) {
        Parallel.threadCount = 1
        for optimizer in SteadyMemoryTests.optimizers {
          let loop = Loop(optimizer)
          _ = loop.blocksTaken(by: 100)
          // Reading the number takes memory too, and what lies behind that stays where it is.
          _ = try SteadyMemoryTests.heapSize()
          _ = loop.blocksTaken(by: 100)
          let before = try SteadyMemoryTests.heapSize()
          _ = loop.blocksTaken(by: 200)
          #expect(try SteadyMemoryTests.heapSize() == before)
        }
        // Losses that are kept, each with its graph, take megabytes.
        let loop = Loop { SGD(for: $0, learningRate: 0.1) }
        let before = try SteadyMemoryTests.heapSize()
        _ = loop.blocksTaken(by: 500, keepingLosses: true)
        #expect(try SteadyMemoryTests.heapSize() > before)
      }
    }

    /// The kilobytes of heap that the process has, without the stacks, which grow by a page when some
    /// call goes deeper than any before: VmData of /proc/self/status.
    static func heapSize() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmData:") })
      return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }
  #endif

  @Test func workersComeToRestToo() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 4
      for optimizer in SteadyMemoryTests.optimizers {
        let loop = Loop(optimizer)
        // A worker takes its blocks when it first gets work, which may be late on a busy machine.
        #expect((0..<20).contains { _ in loop.blocksTaken(by: 100) == 0 })
      }
    }
  }

  /// Tasks may go on on another thread after each `await`.
  @Test func aLoopThatChangesThreadsComesToRest() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      for optimizer in SteadyMemoryTests.optimizers {
        nonisolated(unsafe) let loop = Loop(optimizer)
        nonisolated(unsafe) var taken: UInt64 = 0
        // Two threads take turns, a step each.
        let turns = [DispatchSemaphore(value: 1), DispatchSemaphore(value: 0)]
        let threads = DispatchGroup()
        // Neither ends before the other is done: it would give its blocks back to the system.
        let mayEnd = DispatchSemaphore(value: 0)
        for thread in 0..<2 {
          threads.enter()
          Thread {
            for step in 0..<100 {
              turns[thread].wait()
              let count = loop.blocksTaken(by: 1)
              if step >= 5 { taken += count }
              turns[1 - thread].signal()
            }
            threads.leave()
            mayEnd.wait()
          }.start()
        }
        threads.wait()
        for _ in 0..<2 { mayEnd.signal() }
        #expect(taken == 0)
      }
    }
  }

  @Test func aLoopThatKeepsItsResultsTakesMore() async {
    await #expect(processExitsWith: .success) {
      Parallel.threadCount = 1
      let loop = Loop { SGD(for: $0, learningRate: 0.1) }
      _ = loop.blocksTaken(by: 3)
      // A loss holds on to its graph: a block for itself at least.
      #expect(loop.blocksTaken(by: 100, keepingLosses: true) >= 100)
      // Once they are let go, their blocks serve the steps that follow.
      loop.results = []
      #expect(loop.blocksTaken(by: 100) == 0)
    }
  }
}
