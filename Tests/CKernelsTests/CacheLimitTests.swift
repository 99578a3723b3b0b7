import BackpropTestSupport
import CBackpropRuntime
import Foundation
import Synchronization
import Testing

/// The limit that holds for the caches of all threads, and giving back what they hold.
///
/// Each test runs in a process of its own, since limit and caches belong to the whole process.
@Suite struct CacheLimitTests {
  /// Takes `count` blocks of `size` bytes on the calling thread and gives them back.
  static func takeAndGiveBack(_ count: Int, of size: Int) {
    let blocks = (0..<count).map { _ in bp_allocate(size)! }
    for block in blocks { bp_deallocate(block, size) }
  }

  /// Threads that have done their work and sleep until they are let go.
  final class SleepingThreads: Sendable {
    private let mayEnd = DispatchSemaphore(value: 0)
    private let count: Int

    /// Returns when all have done their work, in which each calls `meet` once, to go on when all have.
    init(_ count: Int, work: @escaping @Sendable (_ meet: () -> Void) -> Void) {
      self.count = count
      let (met, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      let done = DispatchSemaphore(value: 0)
      for _ in 0..<count {
        Thread { [mayEnd] in
          work {
            met.signal()
            mayGoOn.wait()
          }
          done.signal()
          mayEnd.wait()
        }.start()
      }
      for _ in 0..<count { met.wait() }
      for _ in 0..<count { mayGoOn.signal() }
      for _ in 0..<count { done.wait() }
    }

    /// Threads that hold as many blocks at the same time, and then give them back.
    convenience init(_ count: Int, taking blocks: [(count: Int, size: Int)], touching: Bool = false)
    {
      self.init(count) { meet in
        let taken = blocks.flatMap { blocks in
          (0..<blocks.count).map { _ in (bp_allocate(blocks.size)!, blocks.size) }
        }
        if touching { for (block, size) in taken { memset(block, 1, size) } }
        meet()
        for (block, size) in taken { bp_deallocate(block, size) }
      }
    }

    func end() {
      for _ in 0..<count { mayEnd.signal() }
    }
  }

  @Test func theLimitHoldsForOneThread() async {
    await #expect(processExitsWith: .success) {
      bp_set_cache_limit(256 << 20)
      #expect(bp_cache_limit() == 256 << 20)
      Self.takeAndGiveBack(8, of: 48 << 20)
      #expect(bp_memory().cached_bytes == 5 * (48 << 20))  // 240 of at most 256 MiB
      #expect(bp_cached_bytes() == 5 * (48 << 20))
    }
  }

  @Test func theDefaultIsAShareOfMemory() async {
    await #expect(processExitsWith: .success) {
      let memory = Int(ProcessInfo.processInfo.physicalMemory)
      #expect(bp_cache_limit() <= min(memory / 8, 1 << 30))
      if bp_cgroup_memory("") == 0 { #expect(bp_cache_limit() == min(memory / 8, 1 << 30)) }
    }
  }

  @Test func theLimitHoldsForAllThreadsTogether() async {
    await #expect(processExitsWith: .success) {
      let limit = 300 << 20
      bp_set_cache_limit(limit)
      // 4 GiB go through the caches of threads that then sleep.
      let threads = SleepingThreads(16, taking: [(8, 32 << 20), (1000, 1000)])
      let small = 16 * (1 << 20)
      #expect(bp_cached_bytes() <= limit + small)
      // How much is left depends on when room was made last; the block after that was kept.
      #expect(bp_cached_bytes() >= 32 << 20)
      bp_release_cached()
      #expect(bp_cached_bytes() <= small)
      threads.end()
    }
  }

  @Test func whatSleepingThreadsHoldCanBeGivenBack() async {
    await #expect(processExitsWith: .success) {
      let threads = SleepingThreads(4, taking: [(16, 1 << 20)])
      #expect(bp_cached_bytes() == 64 << 20)
      bp_release_cached()
      #expect(bp_cached_bytes() == 0)
      threads.end()
    }
  }

  @Test func loweringTheLimitGivesBack() async {
    await #expect(processExitsWith: .success) {
      let threads = SleepingThreads(4, taking: [(16, 1 << 20)])
      bp_set_cache_limit(64 << 20)
      #expect(bp_cached_bytes() == 64 << 20)
      bp_set_cache_limit(63 << 20)
      #expect(bp_cached_bytes() == 0)
      bp_set_cache_limit(0)
      Self.takeAndGiveBack(16, of: 1 << 20)
      #expect(bp_cached_bytes() == 0)
      threads.end()
    }
  }

  @Test func aThreadThatEndsGivesBackAll() async {
    await #expect(processExitsWith: .success) {
      let limit = 64 << 20
      bp_set_cache_limit(limit)
      for _ in 0..<3 {
        let threads = SleepingThreads(2, taking: [(32, 1 << 20), (100, 1000)])
        #expect(bp_cached_bytes() >= limit)
        threads.end()
        // They end when the system lets them.
        for _ in 0..<10_000 where bp_cached_bytes() > 0 { usleep(1000) }
        #expect(bp_cached_bytes() == 0)
      }
      // Their share of the limit is free again.
      Self.takeAndGiveBack(64, of: 1 << 20)
      #expect(bp_cached_bytes() == limit)
    }
  }

  @Test func sizesNoLongerAskedForGiveWay() async {
    await #expect(processExitsWith: .success) {
      bp_set_cache_limit(256 << 20)
      Self.takeAndGiveBack(5, of: 48 << 20)
      // A new working set of another size gets its place in the cache after some rounds.
      for _ in 0..<50 { Self.takeAndGiveBack(3, of: 20 << 20) }
      #expect(bp_memory().cached_bytes == 3 * (20 << 20))
    }
  }

  @Test func whatSleepingThreadsHoldGivesWay() async {
    await #expect(processExitsWith: .success) {
      bp_set_cache_limit(64 << 20)
      // The same sizes: a thread that sleeps asks for none of them.
      let threads = SleepingThreads(2, taking: [(32, 1 << 20)])
      for _ in 0..<20 { Self.takeAndGiveBack(40, of: 1 << 20) }
      #expect(bp_memory().cached_bytes == 40 << 20)
      let before = bp_memory().system_allocations
      for _ in 0..<20 { Self.takeAndGiveBack(40, of: 1 << 20) }
      #expect(bp_memory().system_allocations == before)
      threads.end()
    }
  }

  /// A thread that only gives back what another takes, as one does that learns from batches which others
  /// put together, hands it on.
  @Test func whatAnotherThreadTookComesRoundAgain() async {
    await #expect(processExitsWith: .success) {
      for size in [1000, 50_000, 1 << 20] {
        // More than the megabyte of small blocks that a thread keeps to itself, of which none comes round.
        let own = size <= 16 << 10 ? (1 << 20) / size : 0
        let (count, rounds) = (max(8, (4 << 20) / size), 40)
        let taken = Mutex<[UInt]>([])
        let warm = Mutex<UInt64>(0)
        let (mayGiveBack, mayTake) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread {
          for round in 0..<rounds {
            if round == rounds / 2 { warm.withLock { $0 = bp_memory().system_allocations } }
            let blocks = (0..<count).map { _ in UInt(bitPattern: bp_allocate(size)!) }
            taken.withLock { $0 = blocks }
            mayGiveBack.signal()
            mayTake.wait()
          }
        }.start()
        for _ in 0..<rounds {
          mayGiveBack.wait()
          for block in taken.withLock({ $0 }) {
            bp_deallocate(UnsafeMutableRawPointer(bitPattern: block), size)
          }
          mayTake.signal()
        }
        #expect(bp_memory().system_allocations - warm.withLock { $0 } <= own)
        #expect(bp_cached_bytes() <= 3 * (count + 1) * size + (4 << 20))
        bp_release_cached()
      }
    }
  }

  @Test func manySmallBlocksAreCachedToo() async {
    await #expect(processExitsWith: .success) {
      let size = 1000
      Self.takeAndGiveBack(20_000, of: size)
      let before = bp_memory().system_allocations
      for _ in 0..<5 { Self.takeAndGiveBack(20_000, of: size) }
      #expect(bp_memory().system_allocations == before)
      #expect(bp_memory().cached_bytes == 20_000 * 1024)
      // Another thread can take all but a megabyte of them.
      SleepingThreads(1) { meet in
        meet()
        bp_release_cached()
      }.end()
      #expect(bp_memory().cached_bytes <= 1 << 20)
      // Their own thread gives back these as well.
      bp_release_cached()
      #expect(bp_memory().cached_bytes == 0)
      // Without a limit to go over, the rest goes to the system.
      bp_set_cache_limit(0)
      Self.takeAndGiveBack(20_000, of: size)
      #expect(bp_memory().cached_bytes <= 1 << 20)
    }
  }

  #if os(Linux)
    @Test(.enabled(if: !isUnderSanitizer, "sanitizers keep freed memory aside"))
    func theSystemGetsTheMemoryBack() async {
      await #expect(processExitsWith: .success) {
        // Blocks that the system's allocator maps one by one and such that it keeps in its heaps.
        let blocks = [50_000, 1 << 20].map { (count: (32 << 20) / $0, size: $0) }
        let threads = SleepingThreads(4, taking: blocks, touching: true)
        let before = try CacheLimitTests.residentBytes()
        #expect(before > 200 << 20)
        bp_release_cached()
        #expect(try CacheLimitTests.residentBytes() < before - (200 << 20))
        threads.end()
      }
    }

    /// The memory that the process really has: VmRSS of /proc/self/status.
    private static func residentBytes() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
      let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
      return try #require(kilobytes) << 10
    }
  #endif

  /// A block that one thread filled, for another to check and give back.
  private struct Filled: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let size: Int
    let byte: UInt8

    init(_ random: inout SplitMix) {
      size = 1 + (random.below(4) == 0 ? random.below(300_000) : random.below(20_000))
      byte = UInt8(truncatingIfNeeded: random.word())
      start = bp_allocate(size)!
      memset(start, Int32(byte), size)
    }

    /// Gives the block back; whether all its bytes were still there.
    func giveBack() -> Bool {
      defer { bp_deallocate(start, size) }
      return start.load(as: UInt8.self) == byte && memcmp(start, start + 1, size - 1) == 0
    }
  }

  /// Threads that fill blocks and hand them around; whether none of the blocks changed on its way.
  static func blocksKeepTheirBytes(threads: Int, rounds: Int) -> Bool {
    let baskets = (0..<threads).map { _ in Locked<[Filled]>([]) }
    let changed = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      var random = SplitMix(UInt64(thread))
      for _ in 0..<rounds {
        let block = Filled(&random)
        baskets[random.below(threads)].withLock { $0.append(block) }
        let received = baskets[thread].withLock { basket in
          basket.count > 10 ? basket.remove(at: random.below(basket.count)) : nil
        }
        if received?.giveBack() == false { changed.add(1, ordering: .relaxed) }
      }
    }
    for basket in baskets {
      for block in basket.withLock({ $0 }) where !block.giveBack() {
        changed.add(1, ordering: .relaxed)
      }
    }
    return changed.load(ordering: .relaxed) == 0
  }

  /// A thread that changes the limit and gives back what others cache, until it is told to end.
  final class Disturber: Sendable {
    private let mayEnd = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    init() {
      Thread { [self] in
        var random = SplitMix(99)
        while !mayEnd.load(ordering: .relaxed) {
          switch random.below(4) {
          case 0: bp_release_cached()
          case 1: bp_set_cache_limit(random.below(20) << 20)
          default: _ = bp_cached_bytes()
          }
          usleep(UInt32(random.below(200)))
        }
        ended.signal()
      }.start()
    }

    func end() {
      mayEnd.store(true, ordering: .relaxed)
      ended.wait()
    }
  }

  @Test func threadsMayShareBlocksWhileCachesAreEmptied() async {
    await #expect(processExitsWith: .success) {
      let disturber = Disturber()
      #expect(Self.blocksKeepTheirBytes(threads: 4, rounds: 3000))
      disturber.end()
      // So little is left that nothing of the limit was lost on the way.
      bp_release_cached()
      bp_set_cache_limit(32 << 20)
      #expect(bp_cached_bytes() <= 8 << 20)
      Self.takeAndGiveBack(32, of: 1 << 20)
      #expect(bp_memory().cached_bytes >= 32 << 20)
    }
  }

  /// While other threads take and give back: none of their locks may stay behind in the child.
  @Test func aForkedChildCanAllocate() async {
    await #expect(processExitsWith: .success) {
      // Swift hides fork, which a program that embeds it (or a Python interpreter) still calls.
      let fork = unsafeBitCast(
        try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork")),
        to: (@convention(c) () -> Int32).self)
      let disturber = Disturber()
      let others = DispatchGroup()
      DispatchQueue.global().async(group: others) {
        #expect(Self.blocksKeepTheirBytes(threads: 2, rounds: 3000))
      }
      for _ in 0..<20 {
        let child = fork()
        if child == 0 {
          alarm(20)  // ends a child that hangs
          bp_deallocate(bp_allocate(100_000), 100_000)
          bp_release_cached()
          _exit(bp_memory().cached_bytes == 0 ? 0 : 1)
        }
        try #require(child > 0)
        var status: Int32 = -1
        #expect(waitpid(child, &status, 0) == child)
        #expect(status == 0)
      }
      others.wait()
      disturber.end()
    }
  }
}
