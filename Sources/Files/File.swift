/// Files and folders, without Foundation: a static executable stays small.
package enum File {
  /// The bytes of a whole file, or all that a pipe, a FIFO or a device gives.
  ///
  /// - Parameter limit: more bytes than this are refused, before any memory is taken where the size is
  ///   known. No more than ``FileReader/streamLimit`` are ever taken from what has none.
  /// - Throws: `FileError`.
  package static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    try FileReader(path).readAll(limit: limit)
  }

  /// Whether a regular file (or a link to one) is at this path.
  package static func exists(_ path: String) -> Bool {
    mode(of: path).map { $0 & S_IFMT == S_IFREG } ?? false
  }

  /// Whether a folder (or a link to one) is at this path.
  package static func isFolder(_ path: String) -> Bool {
    mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false
  }

  /// The size of a file in bytes; `nil` where there is none.
  package static func byteCount(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Makes a folder and those above it; no error if it is there already.
  ///
  /// - Throws: `FileError`.
  package static func createFolder(_ path: String) throws(FileError) {
    if isFolder(path) || path.isEmpty { return }
    if let parent = folder(of: path) { try createFolder(parent) }
    if mkdir(path, 0o777) != 0 && !isFolder(path) {
      throw FileError(operation: "create the folder", path: path, code: errno)
    }
  }

  /// Removes a file; no error if there is none.
  ///
  /// - Throws: `FileError`.
  package static func remove(_ path: String) throws(FileError) {
    if unlink(path) != 0 && errno != ENOENT {
      throw FileError(operation: "remove", path: path, code: errno)
    }
  }

  /// Gives a file another name in one step; a file of that name is replaced.
  ///
  /// - Throws: `FileError`.
  package static func rename(_ path: String, to newPath: String) throws(FileError) {
    #if canImport(Darwin)
      let result = Darwin.rename(path, newPath)
    #elseif canImport(Glibc)
      let result = Glibc.rename(path, newPath)
    #else
      let result = Musl.rename(path, newPath)
    #endif
    if result != 0 {
      throw FileError(operation: "rename '\(path)' to", path: newPath, code: errno)
    }
  }

  /// The folder that a path names its last part in; `nil` for a bare name or the root.
  package static func folder(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex
      ? (path.count > 1 ? "/" : nil) : String(path[..<slash])
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// What follows the last point of a name, such as `svg`; empty for `.svg`, which has no ending.
  package static func nameEnding(of path: String) -> String {
    let name = name(of: path)
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    return String(name[name.index(after: point)...])
  }

  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : nil
  }
}
