/// A weight file that cannot be used: which one, where in it, and what is wrong.
public struct WeightFileError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The data end too early.
    case truncated(part: String, expected: Int, found: Int)
    /// The data break the rules of their format.
    case invalid(String)
    /// The file uses something that is not read here.
    case unsupported(String)
    /// The file asks for something that a weight file has no business with.
    case refused(String)
    /// The file is of another kind than weights that are read here.
    case wrongFormat(WeightFileFormat)
    /// The arrays are not those of the model: each that is missing, unexpected or of a wrong shape.
    case mismatch([String])
    /// The arrays are not those of the layer that was to load them.
    case doesNotFit(WeightReport)
    /// The file holds no weights, or several things that could be meant: what there is.
    case unclear(String)
    /// The file exceeds a limit that guards against files made to do harm.
    case limitExceeded(String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The file as it was named; `nil` for data in memory.
  public let file: String?

  /// Makes an error.
  public init(_ reason: Reason, file: String? = nil) {
    self.reason = reason
    self.file = file
  }

  public var description: String {
    let start = "cannot read the weights" + (file.map { " in '\($0)'" } ?? "") + ": "
    switch reason {
    case .truncated(let part, let expected, let found):
      return start + "\(part) is cut short: expected \(expected) bytes, found \(found). "
        + "Copy or download the file again."
    case .invalid(let what):
      return start + "\(what). The file is damaged, or is not of the format that it claims."
    case .unsupported(let what):
      return start + "\(what) is not supported. Save the weights as safetensors in one of "
        + StoredScalarType.allCases.map(\.rawValue).joined(separator: ", ") + "."
    case .refused(let what):
      return start + "refused \(what). A file of weights needs nothing of the kind; do not trust "
        + "it, and ask for safetensors instead. Of a PyTorch model of your own, save "
        + "model.state_dict() and not the model."
    case .wrongFormat(let format):
      return start + "expected safetensors, a PyTorch checkpoint, npz, npy, GGUF or a pickle of "
        + "NumPy arrays, found \(format.title). \(format.remedy)"
    case .mismatch(let problems):
      return start + mismatchText(problems)
    case .doesNotFit(let report):
      return start + ([mismatchText(report.problems)] + report.hints).joined(separator: "\n")
    case .limitExceeded(let what), .unclear(let what):
      return start + "\(what)."
    }
  }

  private func mismatchText(_ problems: [String]) -> String {
    "the arrays are not those of the model.\n  " + problems.joined(separator: "\n  ")
      + "\nUse the file of this model, or a model of the file's layers."
  }
}
