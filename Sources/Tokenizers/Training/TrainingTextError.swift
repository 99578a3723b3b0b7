/// A file that no tokenizer can be trained on: which one, and why.
public struct TrainingTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why not.
  public enum Reason: Hashable, Sendable {
    /// There is nothing in it.
    case empty
    /// It has bytes that are not UTF-8.
    case notUTF8
  }

  /// Why not.
  public let reason: Reason
  /// The file as it was named.
  public let file: String

  /// Makes an error.
  public init(_ reason: Reason, file: String) { (self.reason, self.file) = (reason, file) }

  public var description: String {
    let start = "cannot train a tokenizer on '\(file)': "
    switch reason {
    case .empty: return start + "there is no text in it. Give a file of text in UTF-8."
    case .notUTF8:
      return start + "it has bytes that are not UTF-8. Save the text in UTF-8 and try again."
    }
  }
}
