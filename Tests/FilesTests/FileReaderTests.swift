import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles

@Suite struct FileReaderTests {
  /// Runs `body` with a FIFO into which a thread writes some parts, with pauses.
  private func withFIFO<R>(
    _ parts: [[UInt8]], pause: UInt32 = 2000, _ body: (String) throws -> R
  ) throws -> R {
    try withTemporaryFolder { folder in
      let path = folder + "/fifo"
      try #require(mkfifo(path, 0o600) == 0)
      let done = DispatchSemaphore(value: 0)
      let writer = Thread {
        let descriptor = open(path, O_WRONLY)
        for part in parts {
          usleep(pause)
          var rest = part[...]
          while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
            // The reader may go away before the end.
            if count <= 0 { break }
            rest = rest.dropFirst(count)
          }
        }
        close(descriptor)
        done.signal()
      }
      signal(SIGPIPE, SIG_IGN)
      writer.start()
      defer { done.wait() }
      return try body(path)
    }
  }

  @Test func aFIFOIsReadWhole() throws {
    let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try withFIFO([[1, 2, 3], large, [4]]) { path in
      let found = try File.read(path)
      #expect(found == [1, 2, 3] + large + [4])
    }
    try withFIFO([[1, 2, 3], [4, 5]]) { path in
      let reader = try FileReader(path)
      #expect(!reader.isRegular)
      #expect(try reader.read(2, at: 0) == [1, 2])
      #expect(try reader.read(9, at: 1) == [2, 3, 4, 5])
      #expect(try reader.byteCount == 5)
      #expect(try reader.contents().array == [1, 2, 3, 4, 5])
    }
    // A writer who writes nothing.
    try withFIFO([]) { path in
      let found = try File.read(path)
      #expect(found.isEmpty)
    }
  }

  @Test func aFIFOHasALimitToo() throws {
    try withFIFO([[UInt8](repeating: 1, count: 100_000)]) { path in
      let error = try #require(throws: FileError.self) { try File.read(path, limit: 99_999) }
      guard case .tooLarge(_, limit: 99_999) = error.reason else {
        Issue.record("\(error)")
        return
      }
    }
  }

  #if os(Linux)
    @Test func devicesWithoutEndAreRefused() throws {
      let error = try #require(throws: FileError.self) {
        try File.read("/dev/zero", limit: 1 << 20)
      }
      guard case .tooLarge(let found, _) = error.reason else {
        Issue.record("\(error)")
        return
      }
      #expect(found <= 1 << 21)
      #expect(try FileReader("/dev/zero").read(4, at: 0) == [0, 0, 0, 0])
      #expect(try File.read("/dev/null") == [])
      // Its size is said to be 0.
      #expect(try File.read("/proc/self/status").count > 100)
    }

    /// Who waits for a writer that never comes can be told to stop.
    @Test func waitingEndsWithASignal() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/fifo"
        try #require(mkfifo(path, 0o600) == 0)
        signal(SIGUSR2) { _ in }
        // A thread of its own: those that run tests take no signals.
        let found = Locked<(any Error)?>(nil)
        let reader = Locked<pthread_t?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          var signals = sigset_t()
          sigemptyset(&signals)
          sigaddset(&signals, SIGUSR2)
          pthread_sigmask(SIG_UNBLOCK, &signals, nil)
          reader.withLock { $0 = pthread_self() }
          do { _ = try File.read(path) } catch { found.withLock { $0 = error } }
          done.signal()
        }
        // The first signal may come before it waits.
        while done.wait(timeout: .now() + 0.05) == .timedOut {
          reader.withLock { thread in if let thread { pthread_kill(thread, SIGUSR2) } }
        }
        let error = try #require(found.withLock { $0 } as? FileError)
        guard case .system(code: EINTR, _) = error.reason else {
          Issue.record("\(error)")
          return
        }
      }
    }
  #endif

  @Test func contentsAreTheFile() throws {
    try withTemporaryFolder { folder in
      let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
      try AtomicFile.write(bytes, to: folder + "/a")
      for copying in [false, true] {
        let contents = try FileReader(folder + "/a").contents(copying: copying)
        #expect(contents.array == bytes)
        #expect(contents == SharedBytes(bytes))
        #expect(contents.memory != nil)
        #expect(contents[100..<200].array == Array(bytes[100..<200]))
        #expect(contents[100..<200][10..<20] == SharedBytes(bytes[110..<120]))
        #expect(contents.crc32 == Zlib.crc32(bytes, in: 0..<bytes.count))
      }
      // A mapped file may be replaced and removed.
      let contents = try FileReader(folder + "/a").contents()
      try AtomicFile.write([1], to: folder + "/a")
      try File.remove(folder + "/a")
      #expect(contents.array == bytes)
      try AtomicFile.write([], to: folder + "/empty")
      #expect(try FileReader(folder + "/empty").contents().count == 0)
    }
  }
}
