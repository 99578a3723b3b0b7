import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles

@Suite struct FileLockTests {
  @Test func oneHasTheRightAtATime() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/.lock"
      var first: FileLock? = try FileLock(path, for: folder)
      #expect(first != nil)
      let error = #expect(throws: FileError.self) { try FileLock(path, for: folder) }
      #expect(
        error
          == FileError(
            operation: "write to", path: folder, reason: .inUse(process: Int(getpid()))))
      #expect(error?.description.contains("another process (\(getpid())) is using it") == true)
      first = nil
      #expect(throws: Never.self) { try FileLock(path, for: folder) }
    }
  }

  /// The lock is the system's, not the file, which stays.
  @Test func aFileThatADeadProcessLeftIsNoLock() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array("1\n".utf8), to: folder + "/.lock")
      #expect(throws: Never.self) { try FileLock(folder + "/.lock", for: folder) }
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    #expect(
      throws: FileError(operation: "write to", path: "/tmp/backprop-none", reason: .notFound)
    ) { try FileLock("/tmp/backprop-none/.lock", for: "/tmp/backprop-none") }
  }
}
