/// The system's error number after a call that returned `result`; 0 if it succeeded.
///
/// It is to be asked for at once: any other call, hidden ones that make texts included, may overwrite
/// the number.
func errorNumber(_ result: Int32) -> Int32 { result < 0 ? errno : 0 }

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
    // The error number is read before anything else can change it.
    let code = errorNumber(mkdir(path, 0o777))
    if code == 0 { return try flushFolder(folder(of: path) ?? ".") }
    if isFolder(path) { return }
    if code == EEXIST && isBrokenLink(path) {
      throw FileError(operation: "create the folder", path: path, reason: .brokenLink)
    }
    throw FileError(operation: "create the folder", path: path, code: code)
  }

  /// Waits until the names in a folder are on the disk: a file that was made or renamed is only there
  /// after a loss of power if its name is.
  ///
  /// - Throws: `FileError` if the disk fails; not where a file system has no such thing, or the folder
  ///   may be written and not read.
  package static func flushFolder(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return }
    let code = errorNumber(fsync(descriptor))
    close(descriptor)
    if ![0, EINVAL, ENOTSUP, EBADF, EROFS].contains(code) {
      throw FileError(operation: "write", path: path, code: code)
    }
  }

  /// Whether a link is at this path that leads nowhere.
  package static func isBrokenLink(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return false }
    return [ENOENT, ENOTDIR, ELOOP].contains(errorNumber(stat(path, &status)))
  }

  /// Removes a file; no error if there is none.
  ///
  /// - Throws: `FileError`.
  package static func remove(_ path: String) throws(FileError) {
    let code = errorNumber(unlink(path))
    if code != 0 && code != ENOENT {
      throw FileError(operation: "remove", path: path, code: code)
    }
  }

  /// Gives a file another name in one step; a file of that name is replaced.
  ///
  /// - Throws: `FileError`.
  package static func rename(_ path: String, to newPath: String) throws(FileError) {
    #if canImport(Darwin)
      let code = errorNumber(Darwin.rename(path, newPath))
    #elseif canImport(Glibc)
      let code = errorNumber(Glibc.rename(path, newPath))
    #else
      let code = errorNumber(Musl.rename(path, newPath))
    #endif
    if code != 0 {
      throw FileError(operation: "rename '\(path)' to", path: newPath, code: code)
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

  /// The same path from the root, so that it stays right in another folder.
  package static func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
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
