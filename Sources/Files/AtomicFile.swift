/// A file that appears whole or not at all.
///
/// The bytes go to a temporary file beside the target, which is flushed to the disk and then
/// renamed. Whatever fails on the way (a full disk, an error thrown by the caller, a crash), a file
/// that was at the target before is still there, unchanged.
///
/// ```swift
/// try AtomicFile.write(to: "weights.safetensors") { file in
///   try file.write(header)
///   try file.write(data)
/// }
/// ```
package enum AtomicFile {
  /// Writes what `body` writes.
  ///
  /// - Throws: `FileError`, or what `body` throws; the temporary file is removed in both cases.
  package static func write(
    to path: String, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    if File.isFolder(path) {
      throw FileError(operation: "write", path: path, reason: .isFolder)
    }
    // Renaming onto a device would replace the device by a file.
    if File.byteCount(of: path) != nil && !File.exists(path) {
      let writer = try FileWriter(path, mode: .existing)
      try body(writer)
      return
    }
    let target = resolvingLink(path)
    let temporary = temporaryPath(beside: target)
    do {
      let writer = try FileWriter(temporary, mode: .new, shownAs: path)
      try body(writer)
      try writer.flushToDisk()
    } catch {
      try? File.remove(temporary)
      throw error
    }
    do {
      // A file that is replaced keeps its mode.
      var status = stat()
      if stat(target, &status) == 0 { chmod(temporary, status.st_mode & 0o7777) }
      try File.rename(temporary, to: target)
    } catch {
      try? File.remove(temporary)
      throw error
    }
    flushFolder(of: target)
  }

  /// Writes these bytes.
  ///
  /// - Throws: `FileError`.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { file in try file.write(bytes) }
  }

  /// A link stays a link: what it names is replaced.
  private static func resolvingLink(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func temporaryPath(beside path: String) -> String {
    let folder = File.folder(of: path).map { $0 == "/" ? "/" : $0 + "/" } ?? ""
    let number = UInt32.random(in: .min ... .max)
    return "\(folder).\(File.name(of: path)).\(getpid())-\(number).part"
  }

  /// The new name itself is only on the disk once the folder is; some file systems refuse, and the
  /// file is whole either way.
  private static func flushFolder(of path: String) {
    let descriptor = open(File.folder(of: path) ?? ".", O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}
