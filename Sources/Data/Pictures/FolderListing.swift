import BackpropFiles
import BackpropImages

/// What a folder holds, in the order of the names, byte by byte; what begins with a point aside.
struct FolderListing {
  /// The names of the folders in it.
  private(set) var folders: [String] = []
  /// The names of the files in it.
  private(set) var files: [String] = []

  /// Folders within folders deeper than that are those of a link that leads back.
  private static let deepest = 32

  /// Looks into a folder.
  ///
  /// - Throws: `FileError`.
  init(_ path: String) throws(FileError) {
    // What cannot be listed seems empty.
    if !File.isFolder(path) {
      throw FileError(
        operation: "read", path: path, code: File.byteCount(of: path) == nil ? ENOENT : ENOTDIR)
    }
    if access(path, R_OK | X_OK) != 0 {
      throw FileError(operation: "read", path: path, code: errno)
    }
    for name in File.names(in: path).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where !name.hasPrefix(".") {
      if File.isFolder(path + "/" + name) { folders.append(name) } else { files.append(name) }
    }
  }

  /// The paths of all pictures in a folder and below it, in order.
  ///
  /// - Throws: `FileError`.
  static func pictures(below path: String, depth: Int = 0) throws(FileError) -> [String] {
    let listing = try FolderListing(path)
    var found = listing.files.filter {
      ImageFile.nameEndings.contains(File.nameEnding(of: $0).lowercased())
    }.map { path + "/" + $0 }
    if depth < deepest {
      for name in listing.folders {
        found += try pictures(below: path + "/" + name, depth: depth + 1)
      }
    }
    return found
  }
}
