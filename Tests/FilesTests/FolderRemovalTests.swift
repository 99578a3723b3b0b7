import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@Suite struct FolderRemovalTests {
  @Test func removesAllThatIsInIt() throws {
    try withTemporaryFolder { folder in
      for name in ["a/b/c", "a/ü ✅", "a/.hidden"] {
        try File.createFolder("\(folder)/run/\(name)")
        try AtomicFile.write([1], to: "\(folder)/run/\(name)/file")
      }
      try File.removeFolder(folder + "/run")
      #expect(!File.isFolder(folder + "/run"))
      #expect(File.isFolder(folder))
    }
  }

  /// Links go; what they lead to stays.
  @Test func doesNotFollowLinks() throws {
    try withTemporaryFolder { folder in
      try File.createFolder(folder + "/outside")
      try AtomicFile.write([7], to: folder + "/outside/file")
      try File.createFolder(folder + "/run")
      symlink(folder + "/outside", folder + "/run/folder")
      symlink(folder + "/outside/file", folder + "/run/file")
      symlink(folder + "/nowhere", folder + "/run/broken")
      try File.removeFolder(folder + "/run")
      #expect(!File.isFolder(folder + "/run"))
      #expect(try File.read(folder + "/outside/file") == [7])
      // A link in the place of the folder is removed alone, too.
      symlink(folder + "/outside", folder + "/link")
      try File.removeFolder(folder + "/link")
      #expect(try File.read(folder + "/outside/file") == [7])
    }
  }

  @Test func whatIsNotThereIsAnError() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.self) { try File.removeFolder(folder + "/no") }
      #expect(throws: FileError.self) { try File.removeFolder(folder + "/no/no") }
    }
  }
}
