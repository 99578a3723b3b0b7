import BackpropFiles

extension File {
  /// Says ahead of long work what keeps a file from being written to `path` at its end: that there is no
  /// such folder, or that it is one itself.
  static func requirePlace(forFile path: String) throws(FileError) {
    if isFolder(path) { throw FileError(operation: "write", path: path, reason: .isFolder) }
    if let folder = folder(of: path), !isFolder(folder) {
      throw FileError(operation: "write", path: path, reason: .notFound)
    }
  }
}
