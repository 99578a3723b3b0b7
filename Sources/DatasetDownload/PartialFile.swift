import BackpropFiles

/// A file that is not all there yet, and beside it a note of where it comes from.
///
/// The note holds the address and what the server calls this version of the file (its `ETag`, or the
/// time of its last change): without both, bytes of two versions could be put together.
struct PartialFile: Sendable {
  /// The path of the bytes: `NAME.part`.
  let path: String
  private var notePath: String { path + ".origin" }

  init(path: String) { self.path = path + ".part" }

  /// The bytes that are there.
  var byteCount: Int { File.byteCount(of: path) ?? 0 }

  /// What the server called the version whose beginning is here; `nil` if there is nothing to go on
  /// from, or it came from elsewhere.
  func version(from address: String) -> String? {
    guard byteCount > 0, let bytes = try? File.read(notePath, limit: 4096) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.count == 2 && lines[0] == address ? String(lines[1]) : nil
  }

  /// Notes where the bytes come from; without a version there is nothing to note.
  func note(address: String, version: String?) throws {
    if let version {
      try AtomicFile.write(Array("\(address)\n\(version)\n".utf8), to: notePath)
    } else {
      try File.remove(notePath)
    }
  }

  /// Throws all away.
  func remove() throws {
    try File.remove(path)
    try File.remove(notePath)
  }

  /// Gives the file its name, in one step.
  func finish(as finalPath: String) throws {
    try FileWriter(path, mode: .existing).flushToDisk()
    try File.rename(path, to: finalPath)
    try File.remove(notePath)
  }
}
