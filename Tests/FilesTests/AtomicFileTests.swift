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

  /// A link that leads nowhere, or in a circle, stays what it is.
  @Test(arguments: ["nowhere", "nowhere/deeper", "link"]) func brokenLinksStay(
    _ target: String
  ) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/link"
      symlink(target, path)
      #expect(throws: FileError(operation: "write", path: path, reason: .brokenLink)) {
        try AtomicFile.write([1], to: path)
      }
      #expect(throws: FileError(operation: "create the folder", path: path, reason: .brokenLink)) {
        try File.createFolder(path)
      }
      let found = try FileManager.default.destinationOfSymbolicLink(atPath: path)
      #expect(found == target && File.names(in: folder) == ["link"])
    }
  }

  /// What the system said is reported, and not what it said about the next question.
  #if os(Linux)
    @Test func theTrueReasonIsToldOfAFolderThatCannotBeMade() throws {
      let path = "/sys/backprop-test"
      let error = #expect(throws: FileError.self) { try File.createFolder(path) }
      #expect(error?.reason == .notPermitted, "\(String(describing: error))")
    }
  #endif

  @Test func nothingWasReplacedIsSaidWhereSomethingWasToBe() {
    var error = FileError(operation: "write", path: "x", code: ENOSPC)
    #expect(
      error.description == "cannot write 'x': the disk is full. Free some space and try again.")
    error.nothingWasReplaced = true
    #expect(error.description.hasSuffix("try again; nothing was replaced."))
  }

  /// The temporary files of dead processes go, those of living ones and all other files stay.
  @Test func leftoversOfDeadProcessesAreRemoved() throws {
    try withTemporaryFolder { folder in
      // No system gives a process this number.
      let dead = pid_t.max
      let stays = [
        "model.safetensors", ".model.safetensors.1-7.part", ".a.b-7.part", ".a.\(dead).part",
        "a.\(dead)-7.part", ".a.\(dead)-7.parts", ".a.\(dead)-x.part", ".part", ".lock",
      ]
      // This process is not writing the last.
      let goes = [
        ".model.safetensors.\(dead)-7.part", ".x.\(dead)-4294967295.part", ".y.\(getpid())-1.part",
      ]
      for name in stays + goes { try FileWriter("\(folder)/\(name)", mode: .new).write([1]) }
      try AtomicFile.write(to: folder + "/new") { file in
        AtomicFile.removeLeftovers(in: folder)
        try file.write([2])
      }
      #expect(File.names(in: folder) == (stays + ["new"]).sorted())
    }
  }
}
