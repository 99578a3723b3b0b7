/// A tokenizer's file that cannot be used: which one, where in it, and what is wrong.
public struct TokenizerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The file breaks the rules of its format, or its parts do not fit each other.
    case invalid(String)
    /// The file asks for a component, or a setting of one, that is not there.
    case unsupported(String)
    /// The folder has none of the files of a tokenizer.
    case notFound([String])
    /// The file exceeds a limit that guards against files made to do harm.
    case limitExceeded(String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named; `nil` for data in memory.
  public let file: String?
  /// Where in a JSON file, as in `model.vocab`; `nil` where no place is meant.
  public let place: String?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - reason: what is wrong.
  ///   - file: the file as it was named.
  ///   - place: the keys that lead to the spot, joined by points.
  public init(_ reason: Reason, file: String? = nil, at place: String? = nil) {
    self.reason = reason
    self.file = file
    self.place = place
  }

  public var description: String {
    let start =
      "cannot read the tokenizer" + (file.map { " in '\($0)'" } ?? "")
      + (place.map { ", at \($0)" } ?? "") + ": "
    switch reason {
    case .invalid(let what):
      return start + "\(what). The file is damaged, or was made for something else."
    case .unsupported(let what): return start + "\(what) is not supported."
    case .notFound(let files):
      return start + "expected \(files.joined(separator: " or ")), found none of them. "
        + "Give the folder of a model as it lies on a hub."
    case .limitExceeded(let what): return start + "\(what)."
    }
  }
}

/// Refuses bytes that are not UTF-8.
///
/// - Throws: `TokenizerError`.
func expectUTF8(_ bytes: [UInt8]) throws(TokenizerError) {
  if String(validating: bytes, as: UTF8.self) == nil {
    throw TokenizerError(.invalid("it has bytes that are not UTF-8"))
  }
}
