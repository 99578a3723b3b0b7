import Foundation
import BackpropTestSupport
import Testing

@testable import BackpropFiles

@Suite struct AtomicFileTests {
  @Test func replacesAFileAndLeavesNothingElse() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      try AtomicFile.write([1, 2], to: path)
      try AtomicFile.write([3], to: path)
      #expect(try File.read(path) == [3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func failureLeavesTheOldFileAndNoOther() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      try AtomicFile.write([1, 2], to: path)
      #expect(throws: Stop.self) {
        try AtomicFile.write(to: path) { file in
          try file.write([9, 9, 9])
          throw Stop()
        }
      }
      #expect(try File.read(path) == [1, 2])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func keepsModeAndLinks() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a"
      try AtomicFile.write([1], to: path)
      chmod(path, 0o600)
      symlink("a", folder + "/link")
      try AtomicFile.write([2], to: folder + "/link")
      #expect(try File.read(path) == [2])
      var status = stat()
      #expect(lstat(folder + "/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let path = "/tmp/backprop-no-such-folder/a"
    #expect(throws: FileError(operation: "write", path: path, reason: .notFound)) {
      try AtomicFile.write([1], to: path)
    }
  }

  @Test func aFolderIsNotReplaced() throws {
    #expect(throws: FileError(operation: "write", path: "/tmp", reason: .isFolder)) {
      try AtomicFile.write([1], to: "/tmp")
    }
  }

  #if os(Linux)
    @Test func aFullDiskIsNamed() throws {
      #expect(throws: FileError(operation: "write", path: "/dev/full", reason: .diskFull)) {
        try AtomicFile.write([1], to: "/dev/full")
      }
    }
  #endif
}
