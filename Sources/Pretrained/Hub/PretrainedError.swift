/// A pretrained model's folder that cannot be used: which one, which file in it, and what is wrong.
public struct PretrainedError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// There is no such folder.
    case noFolder
    /// The folder lacks a file that the model needs.
    case missingFile(String)
    /// A key of the configuration has a value that cannot be: the key, what was expected, what was found.
    case invalid(key: String, expected: String, found: String)
    /// The model is of a kind that is not there.
    case unsupported(String)
    /// The parts of the folder do not fit each other.
    case doesNotFit(String)
    /// The folder asks for more than a limit that guards against files made to do harm.
    case limitExceeded(String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The folder or the file as it was named.
  public let path: String

  /// Makes an error.
  public init(_ reason: Reason, path: String) {
    self.reason = reason
    self.path = path
  }

  public var description: String {
    let start = "cannot use the model in '\(path)': "
    switch reason {
    case .noFolder:
      return start + "there is no folder of this name. Check the path and where it starts from."
    case .missingFile(let name):
      return start + "it has no \(name). Give a folder as it lies on a model hub."
    case .invalid(let key, let expected, let found):
      return start + "\(key): expected \(expected), found \(found)."
    case .unsupported(let what): return start + "\(what) is not supported."
    case .doesNotFit(let what): return start + "\(what)."
    case .limitExceeded(let what): return start + "\(what)."
    }
  }
}
