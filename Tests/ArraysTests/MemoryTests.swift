import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropArrays

/// In processes of their own, since what is cached belongs to the whole process.
@Suite struct MemoryTests {
  @Test func arraysThatAreLetGoAreCachedUntilReleased() async {
    await #expect(processExitsWith: .success) {
      #expect(Memory.cachedBytes == 0)
      let kept = NDArray(repeating: 3, shape: [1 << 20])
      // On a thread that then sleeps.
      let (done, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      Thread {
        _ = NDArray(repeating: 1, shape: [1 << 20])
        done.signal()
        mayEnd.wait()
      }.start()
      done.wait()
      #expect(Memory.cachedBytes >= 4 << 20)
      Memory.releaseCached()
      #expect(Memory.cachedBytes < 1 << 20)
      #expect(kept.scalars(as: Float.self).allSatisfy { $0 == 3 })
      mayEnd.signal()
    }
  }

  @Test func theLimitCanBeSet() async {
    await #expect(processExitsWith: .success) {
      #expect(Memory.cacheLimit > 0)
      Memory.cacheLimit = 8 << 20
      #expect(Memory.cacheLimit == 8 << 20)
      var arrays = (0..<5).map { _ in NDArray(repeating: 1, shape: [1 << 20]) }
      arrays = []
      #expect(arrays.isEmpty && Memory.cachedBytes >= 8 << 20 && Memory.cachedBytes < 9 << 20)
      Memory.cacheLimit = -1
      #expect(Memory.cacheLimit == 0 && Memory.cachedBytes < 1 << 20)
    }
  }
}
