import Files

/// The files that other software made, in `Tests/Fixtures`.
enum Fixture {
  static func path(_ name: String, from file: String = #filePath) -> String {
    File.folder(of: File.folder(of: file)!)! + "/Fixtures/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] { try File.read(path(name)) }

  /// Runs `body` with a new folder, which is removed with the files in it afterwards.
  static func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = "/tmp/backprop-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    try File.createFolder(folder)
    defer { remove(folder) }
    return try body(folder)
  }

  /// The names of what is in a folder.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ folder: String) {
    for name in names(in: folder) {
      let path = folder + "/" + name
      if File.isFolder(path) { remove(path) } else { unlink(path) }
    }
    rmdir(folder)
  }
}
