/// A file or folder that could not be read or written: which one, why, and what to do.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// Why the operation failed.
  public enum Reason: Equatable, Sendable {
    /// There is nothing at this path.
    case notFound
    /// The path names a folder where a file was expected.
    case isFolder
    /// The user may not do this.
    case notPermitted
    /// The disk, or the user's share of it, is full.
    case diskFull
    /// The path is a link to nothing, or in a circle to itself.
    case brokenLink
    /// Another process is using it; its number, where that is known.
    case inUse(process: Int?)
    /// The file holds more bytes than the caller accepts.
    case tooLarge(found: Int, limit: Int)
    /// Anything else: the system's error number and its text.
    case system(code: Int32, text: String)
  }

  /// What was tried: "read", "write", "create the folder" and so on.
  public let operation: String
  /// The path as it was given.
  public let path: String
  /// Why it failed.
  public let reason: Reason
  /// Whether the disk was too full to replace a file as a whole: what was there before is there still.
  public internal(set) var nothingWasReplaced = false

  /// Makes an error with a reason of the caller's.
  ///
  /// - Parameters:
  ///   - operation: what was tried: "read", "write", "create the folder" and so on.
  ///   - path: the path as it was given.
  ///   - reason: why it failed.
  public init(operation: String, path: String, reason: Reason) {
    self.operation = operation
    self.path = path
    self.reason = reason
  }

  /// Makes an error from the system's error number.
  package init(operation: String, path: String, code: Int32) {
    let reason: Reason
    switch code {
    case ENOENT, ENOTDIR: reason = .notFound
    case EISDIR: reason = .isFolder
    case ELOOP: reason = .brokenLink
    case EACCES, EPERM, EROFS: reason = .notPermitted
    // A limit on the size of files is a share of the disk too.
    case ENOSPC, EDQUOT, EFBIG: reason = .diskFull
    default: reason = .system(code: code, text: String(cString: strerror(code)))
    }
    self.init(operation: operation, path: path, reason: reason)
  }

  public var description: String { "cannot \(operation) '\(path)': \(explanation)" }

  /// Why it failed and what to do, without the path.
  package var explanation: String {
    switch reason {
    case .notFound: "there is no such file or folder. Check the path and where it starts from."
    case .isFolder: "it is a folder, and a file was expected."
    case .notPermitted:
      "permission denied. Check the owner and the mode of the file and its folder."
    case .diskFull:
      "the disk is full. Free some space and try again"
        + (nothingWasReplaced ? "; nothing was replaced." : ".")
    case .brokenLink:
      "it is a link to nothing, or to itself. Remove it, or make what it names."
    case .inUse(let process):
      "another process" + (process.map { " (\($0))" } ?? "")
        + " is using it. Wait for that to end, or choose another."
    case .tooLarge(let found, let limit):
      "it holds \(found) bytes, and at most \(limit) are accepted here."
    case .system(let code, let text): "\(text) (error \(code))."
    }
  }
}
