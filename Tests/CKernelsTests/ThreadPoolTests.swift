import CBackpropRuntime
import Foundation
import Synchronization
import Testing

extension RuntimeTests {
  @Suite struct ThreadPoolTests {
    /// Runs a region whose chunks count their own runs; the counts.
    static func runs(ofChunks chunks: Int) -> [Int32] {
      var counts = [Int32](repeating: 0, count: chunks)
      counts.withUnsafeMutableBytes { counts in
        bp_parallel(
          chunks,
          { context, chunk in
            context!.assumingMemoryBound(to: Int32.self)[chunk] += 1
          }, counts.baseAddress)
      }
      return counts
    }

    @Test func everyChunkRunsOnce() {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      for threads in [1, 2, 3, 7] {
        bp_set_thread_count(threads)
        for chunks in [0, 1, 2, 3, 7, 8, 64, 1000, 20_000] {
          #expect(Self.runs(ofChunks: chunks).allSatisfy { $0 == 1 }, "\(threads), \(chunks)")
        }
      }
    }

    /// More chunks than can be counted in one ticket: they are claimed in groups.
    @Test func millionsOfChunksRunOnce() {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      bp_set_thread_count(2)
      let chunks = (1 << 24) + 1
      var runs = [UInt8](repeating: 0, count: chunks)
      runs.withUnsafeMutableBytes { runs in
        bp_parallel(
          chunks,
          { context, chunk in context!.storeBytes(of: 1, toByteOffset: chunk, as: UInt8.self) },
          runs.baseAddress)
        #expect(memchr(runs.baseAddress!, 0, chunks) == nil)
      }
    }

    /// In a process of its own, since other tests set the number too.
    @Test func theCountMayChangeBetweenRegions() async {
      await #expect(processExitsWith: .success) {
        var random = SplitMix(1)
        for _ in 0..<300 {
          let count = 1 + random.below(9)
          bp_set_thread_count(count)
          #expect(bp_thread_count() == count)
          #expect(Self.runs(ofChunks: 50).allSatisfy { $0 == 1 })
        }
        bp_set_thread_count(0)
        #expect(bp_thread_count() == 1)
      }
    }

    @Test func workersTakePart() {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      bp_set_thread_count(2)
      // Two chunks that wait for each other can only meet on two threads. Another test's region may
      // hold the pool, in which case ours runs serially: try again.
      let meeting = Meeting()
      var met = false
      for _ in 0..<200 where !met {
        meeting.arrived.store(0, ordering: .relaxed)
        bp_parallel(
          2,
          { context, _ in
            let meeting = Unmanaged<Meeting>.fromOpaque(context!).takeUnretainedValue()
            meeting.arrived.add(1, ordering: .relaxed)
            for _ in 0..<50 where meeting.arrived.load(ordering: .relaxed) < 2 { usleep(1000) }
            if meeting.arrived.load(ordering: .relaxed) == 2 {
              meeting.waited.add(1, ordering: .relaxed)
            }
          }, Unmanaged.passUnretained(meeting).toOpaque())
        // Serially the second chunk finds both arrived; the first waits in vain.
        met = meeting.waited.exchange(0, ordering: .relaxed) == 2
      }
      #expect(met)
    }

    private final class Meeting: Sendable {
      let arrived = Atomic<Int>(0)
      let waited = Atomic<Int>(0)
    }

    @Test func regionsNest() {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      bp_set_thread_count(3)
      var counts = [Int32](repeating: 0, count: 20 * 30)
      for _ in 0..<100 {
        counts.withUnsafeMutableBytes { counts in
          bp_parallel(
            20,
            { context, chunk in
              bp_parallel(
                30,
                { row, chunk in
                  row!.assumingMemoryBound(to: Int32.self)[chunk] += 1
                }, context!.assumingMemoryBound(to: Int32.self) + 30 * chunk)
            }, counts.baseAddress)
        }
      }
      #expect(counts.allSatisfy { $0 == 100 })
    }

    @Test func callersMayCompete() async {
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      bp_set_thread_count(3)
      let correct = await withTaskGroup(of: Bool.self) { group in
        for task in 1...4 {
          group.addTask {
            (0..<300).allSatisfy { round in
              Self.runs(ofChunks: 7 * task + round % 5).allSatisfy { $0 == 1 }
            }
          }
        }
        return await group.reduce(true) { $0 && $1 }
      }
      #expect(correct)
    }

    @Test func aForkedChildHasAPoolOfItsOwn() throws {
      // Swift hides fork, which a program that embeds it (or a Python interpreter) still calls.
      let fork = unsafeBitCast(
        try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork")),
        to: (@convention(c) () -> Int32).self)
      let threads = bp_thread_count()
      defer { bp_set_thread_count(threads) }
      bp_set_thread_count(3)
      let chunks = 100
      let counts = UnsafeMutablePointer<Int32>.allocate(capacity: chunks)
      defer { counts.deallocate() }
      for _ in 0..<10 {
        counts.initialize(repeating: 0, count: chunks)
        bp_parallel(chunks, { _, _ in }, nil)
        let child = fork()
        if child == 0 {
          alarm(20)  // ends a child that hangs
          bp_parallel(
            chunks,
            { context, chunk in
              context!.assumingMemoryBound(to: Int32.self)[chunk] += 1
            }, counts)
          var missing: Int32 = 0
          var chunk = 0
          while chunk < chunks {
            if counts[chunk] != 1 { missing += 1 }
            chunk += 1
          }
          _exit(missing)
        }
        try #require(child > 0)
        var status: Int32 = -1
        #expect(waitpid(child, &status, 0) == child)
        #expect(status == 0)
        #expect(Self.runs(ofChunks: chunks).allSatisfy { $0 == 1 })
      }
    }
  }
}
