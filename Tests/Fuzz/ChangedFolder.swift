import BackpropFiles

/// A folder of Tests/Fixtures in which one file holds other bytes: links to the rest, and to a file in
/// memory.
struct ChangedFolder: ~Copyable {
  /// Where it is.
  let path: String
  private let changed: String
  private let original: String
  private let file: MemoryFile

  /// - Parameters:
  ///   - fixture: the folder below Tests/Fixtures.
  ///   - name: the file in it.
  ///   - bytes: what that holds instead.
  init(_ fixture: String, _ name: String, _ bytes: [UInt8]) throws {
    let source = FuzzTarget.fixtures + fixture
    let folder = FuzzTarget.fixtures + "../../.build/fuzz/folders/" + fixture
    try ChangedFolder.link(folder, to: source)
    let file = try MemoryFile(bytes)
    (path, changed, original) = (folder, folder + "/" + name, source + "/" + name)
    unlink(changed)
    symlink(file.path, changed)
    self.file = file
  }

  deinit {
    unlink(changed)
    symlink(original, changed)
  }

  private static func link(_ folder: String, to source: String) throws {
    try File.createFolder(folder)
    for name in File.names(in: source) {
      let (link, file) = (folder + "/" + name, source + "/" + name)
      if File.isFolder(file) {
        try self.link(link, to: file)
      } else {
        symlink(file, link)
      }
    }
  }
}
