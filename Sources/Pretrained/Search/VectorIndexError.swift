/// A file of vectors that cannot be used: which one, and what is wrong.
public struct VectorIndexError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The file is of another kind.
    case wrongFormat
    /// The file was written by a later version, of this number.
    case unknownVersion(Int)
    /// The file has another length than its header says.
    case wrongLength(expected: Int, found: Int)
    /// The file breaks the rules of its format.
    case invalid(String)
    /// A vector that was to be added, at this position, has something in it that is no finite number.
    case notFinite(position: Int)
    /// The vectors are of another length than those of the model or the index.
    case wrongWidth(expected: Int, found: Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named; `nil` where no file is meant.
  public let file: String?

  /// Makes an error.
  public init(_ reason: Reason, file: String? = nil) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    let start = "cannot use the index" + (file.map { " in '\($0)'" } ?? "") + ": "
    switch reason {
    case .wrongFormat:
      return start + "it is no index of vectors. Make one with VectorIndex.save(to:), or "
        + "'backprop index'."
    case .unknownVersion(let version):
      return start + "it is of version \(version), and \(VectorIndexHeader.version) is read here. "
        + "Make it again."
    case .wrongLength(let expected, let found):
      return start + "by its header it has \(expected) bytes, found \(found). "
        + "Copy it again, or make it again."
    case .invalid(let what): return start + "\(what). The file is damaged; make it again."
    case .notFinite(let position):
      return start + "the vector at position \(position) is not all finite numbers."
    case .wrongWidth(let expected, let found):
      return start + "its vectors have \(expected) numbers, found \(found). "
        + "Use the model with which it was made."
    }
  }
}
