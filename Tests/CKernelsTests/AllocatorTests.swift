import CBackpropRuntime
import Foundation
import Testing

/// Blocks are cached by thread, but other threads may take those that lie idle: a test that looks into a
/// cache runs in a process of its own.
@Suite struct AllocatorTests {
  private static let sizes = [
    0, 1, 63, 64, 65, 128, 129, 255, 256, 257, 320, 321, 512, 513, 1000, 4096, 4097, 65_536,
    100_000,
    (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 5_000_000,
  ]

  @Test func blocksAreAlignedAndDisjoint() {
    var blocks: [(UnsafeMutableRawPointer, Int, UInt8)] = []
    var random = SplitMix(3)
    for round in 0..<4 {
      for size in Self.sizes {
        let block = bp_allocate(size)!
        #expect(Int(bitPattern: block) % 64 == 0)
        let byte = UInt8(truncatingIfNeeded: random.word())
        memset(block, Int32(byte), size)
        blocks.append((block, size, byte))
      }
      blocks.sort { _, _ in random.word() % 2 == 0 }
      // Free some, so that the next round meets used blocks.
      for _ in 0..<(round < 3 ? Self.sizes.count / 2 : blocks.count) {
        let (block, size, byte) = blocks.removeLast()
        let bytes = UnsafeRawBufferPointer(start: block, count: size)
        if size > 0 {
          #expect(bytes.first == byte)
          // All bytes equal the next one.
          #expect(memcmp(block, block + 1, size - 1) == 0)
        }
        bp_deallocate(block, size)
      }
    }
  }

  @Test func aFreedBlockIsHandedOutAgain() async {
    await #expect(processExitsWith: .success) {
      for size in AllocatorTests.sizes {
        let block = bp_allocate(size)!
        bp_deallocate(block, size)
        let again = bp_allocate(size)!
        #expect(again == block, "\(size)")
        bp_deallocate(again, size)
      }
      // A block serves every size of its class: at most a fifth more than its own above 256 bytes.
      let block = bp_allocate(1000)!
      bp_deallocate(block, 1000)
      let similar = bp_allocate(900)!
      #expect(similar == block)
      let larger = bp_allocate(1025)!
      #expect(larger != block)
      bp_deallocate(similar, 900)
      bp_deallocate(larger, 1025)
      bp_deallocate(nil, 100)
    }
  }

  @Test func statisticsCountWhatIsCached() async {
    await #expect(processExitsWith: .success) {
      bp_trim_memory()
      #expect(bp_memory().cached_bytes == 0)
      let allocations = bp_memory().system_allocations
      let blocks = (0..<10).map { _ in bp_allocate(100_000)! }
      #expect(bp_memory().system_allocations >= allocations + 10)
      #expect(bp_memory().cached_bytes == 0)
      for block in blocks { bp_deallocate(block, 100_000) }
      // The class of 100,000 bytes: 65,536 and three quarters of a doubling at most.
      #expect(bp_memory().cached_bytes == 10 * 114_688)
      bp_trim_memory()
      #expect(bp_memory().cached_bytes == 0)
    }
  }

  @Test func liveBytesAreThoseAskedFor() {
    let before = bp_memory().live_bytes
    for size in Self.sizes {
      let block = bp_allocate_numbers(size)!
      #expect(bp_memory().live_bytes == before + Int64(size))
      // A block that was used before counts as a new one does.
      bp_deallocate_numbers(block, size)
      let again = bp_allocate_numbers(size)!
      #expect(bp_memory().live_bytes == before + Int64(size))
      bp_deallocate_numbers(again, size)
      #expect(bp_memory().live_bytes == before)
    }
    bp_deallocate_numbers(nil, 100)
    #expect(bp_memory().live_bytes == before)
  }

  @Test func thePeakIsTheMostThatWasLiveSinceTheReset() {
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    #expect(bp_memory().peak_live_bytes == before)
    let blocks = (0..<3).map { _ in bp_allocate_numbers(1000)! }
    bp_deallocate_numbers(blocks[0], 1000)
    let small = bp_allocate_numbers(500)!
    #expect(bp_memory().live_bytes == before + 2500)
    #expect(bp_memory().peak_live_bytes == before + 3000)
    bp_reset_peak_live_bytes()
    #expect(bp_memory().peak_live_bytes == before + 2500)
    bp_deallocate_numbers(small, 500)
    bp_deallocate_numbers(blocks[1], 1000)
    bp_deallocate_numbers(blocks[2], 1000)
    #expect(bp_memory().peak_live_bytes == before + 2500)
  }

  @Test func blocksThatTheCacheHasNoRoomForAreNotLiveEither() async {
    await #expect(processExitsWith: .success) {
      bp_set_cache_limit(256 << 20)
      let before = bp_memory().live_bytes
      let blocks = (0..<8).map { _ in bp_allocate_numbers(48 << 20)! }
      #expect(bp_memory().live_bytes == before + 8 * (48 << 20))
      for block in blocks { bp_deallocate_numbers(block, 48 << 20) }
      #expect(bp_memory().live_bytes == before)
      #expect(bp_memory().cached_bytes < 8 * (48 << 20))
    }
  }

  @Test func blocksMayBeFreedOnAnotherThread() async {
    await #expect(processExitsWith: .success) {
      bp_trim_memory()
      nonisolated(unsafe) let blocks = (0..<100).map { size in bp_allocate_numbers(1000 * size)! }
      nonisolated(unsafe) var (cachedThere, liveThere): (UInt64, Int64) = (0, 0)
      let live = bp_memory().live_bytes
      let done = DispatchSemaphore(value: 0)
      Thread {
        let before = bp_memory()
        for (size, block) in blocks.enumerated() { bp_deallocate_numbers(block, 1000 * size) }
        cachedThere = bp_memory().cached_bytes - before.cached_bytes
        liveThere = bp_memory().live_bytes - before.live_bytes
        done.signal()
      }.start()
      done.wait()
      #expect(cachedThere >= 4_950_000)  // 0 + 1000 + … + 99,000
      // Each thread counts what it does itself.
      #expect(liveThere == -4_950_000)
      #expect(bp_memory().live_bytes == live)
      #expect(bp_memory().cached_bytes == 0)
    }
  }

  @Test func exhaustionEndsTheProcess() async {
    await #expect(processExitsWith: .failure) { _ = bp_allocate(1 << 60) }
  }
}
