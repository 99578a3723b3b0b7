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
    // It would become a file, and the link be lost.
    if File.isBrokenLink(path) {
      throw FileError(operation: "write", path: path, reason: .brokenLink)
    }
    // Renaming onto a device would replace the device by a file.
    if File.byteCount(of: path) != nil && !File.exists(path) {
      let writer = try FileWriter(path, mode: .existing)
      try body(writer)
      return
    }
    let target = resolvingLink(path)
    do {
      try replace(target, shownAs: path, body)
    } catch var error as FileError where error.reason == .diskFull {
      error.nothingWasReplaced = true
      throw error
    }
    try File.flushFolder(File.folder(of: target) ?? ".")
  }

  /// Writes these bytes.
  ///
  /// - Throws: `FileError`.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { file in try file.write(bytes) }
  }

  private static func replace(
    _ target: String, shownAs path: String, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let temporary = temporaryPath(beside: target)
    do {
      let writer = try FileWriter(temporary, mode: .new, shownAs: path)
      try body(writer)
      // A file that is replaced keeps its mode.
      var status = stat()
      if stat(target, &status) == 0 { chmod(temporary, status.st_mode & 0o7777) }
      try writer.flushToDisk()
      try File.rename(temporary, to: target)
    } catch {
      try? File.remove(temporary)
      throw error
    }
  }

  /// A link stays a link: what it names is replaced.
  private static func resolvingLink(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  // MARK: Temporary files

  /// What tells this process from an earlier one of the same number.
  private static let mark = UInt32.random(in: .min ... .max)

  private static func temporaryPath(beside path: String) -> String {
    let folder = File.folder(of: path).map { $0 == "/" ? "/" : $0 + "/" } ?? ""
    let number = UInt64(mark) << 32 | UInt64(UInt32.random(in: .min ... .max))
    return "\(folder).\(File.name(of: path)).\(getpid())-\(number).part"
  }

  /// Removes the temporary files in a folder whose processes died while they wrote them.
  ///
  /// They are told by the number of the process, which is part of their names, as is the mark of
  /// this one: what has its number and not its mark is of an earlier process.
  package static func removeLeftovers(in folder: String) {
    for name in File.names(in: folder) {
      guard let (process, mark) = makerOfTemporary(name) else { continue }
      let isBeingWritten = process == getpid() ? mark == self.mark : isAlive(process)
      if !isBeingWritten { try? File.remove("\(folder)/\(name)") }
    }
  }

  /// Which process made a file of this name; `nil` for a name that is none of a temporary file.
  static func makerOfTemporary(_ name: String) -> (process: pid_t, mark: UInt32)? {
    guard name.hasPrefix("."), name.hasSuffix(".part") else { return nil }
    let parts = name.dropLast(".part".count).split(separator: ".").last?
      .split(separator: "-", omittingEmptySubsequences: false)
    guard let parts, parts.count == 2, let number = UInt64(parts[1]), let process = pid_t(parts[0]),
      process > 0
    else { return nil }
    return (process, UInt32(number >> 32))
  }

  private static func isAlive(_ process: pid_t) -> Bool {
    errorNumber(kill(process, 0)) != ESRCH
  }
}
