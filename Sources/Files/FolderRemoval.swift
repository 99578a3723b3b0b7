extension File {
  /// Removes a folder with all that is in it. Links are removed, and not what they lead to.
  ///
  /// - Throws: `FileError` with what could not be removed; what was removed before is gone.
  package static func removeFolder(_ path: String) throws(FileError) {
    let parent = folder(of: path) ?? "."
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(operation: "remove", path: path, code: errno) }
    defer { close(descriptor) }
    let code = name(of: path).withCString { removeEntry($0, in: descriptor) }
    if code != 0 { throw FileError(operation: "remove", path: path, code: code) }
  }

  /// Removes what has a name in an open folder; gives 0 or the system's error number.
  private static func removeEntry(_ name: UnsafePointer<CChar>, in folder: Int32) -> Int32 {
    // A folder is opened as such and not through a link, so that nothing outside can be reached.
    let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if inner < 0 {
      let code = errno
      guard code == ENOTDIR || code == ELOOP || code == EMLINK else { return code }
      return unlinkat(folder, name, 0) == 0 ? 0 : errno
    }
    guard let stream = fdopendir(inner) else {
      let code = errno
      close(inner)
      return code
    }
    var failure: Int32 = 0
    while let entry = readdir(stream) {
      let code = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { name -> Int32 in
          if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return 0 }
          return removeEntry(name, in: inner)
        }
      }
      if failure == 0 { failure = code }
    }
    closedir(stream)
    if failure != 0 { return failure }
    return unlinkat(folder, name, Int32(AT_REMOVEDIR)) == 0 ? 0 : errno
  }
}
