import Backprop

/// A setting of the library that makes no sense, said in the words of the command line.
struct OptionError: Error, CustomStringConvertible {
  let cause: TrainingError
  var description: String { cause.textWithOptions }

  init(_ cause: TrainingError) { self.cause = cause }
}

extension TrainingError {
  /// What is wrong, with the options in place of the library's settings: `--batch-size` for
  /// `batchSize`.
  var textWithOptions: String {
    switch self {
    case .invalidSetting(let name, let found, let expected):
      "the option \(option(of: name)) is \(found), expected \(expected)"
    case .batchTooLarge(let batchSize, let exampleCount):
      "a batch of \(batchSize) examples is larger than the training set of \(exampleCount); "
        + "use --batch-size \(exampleCount) or less"
    default: description
    }
  }

  private func option(of setting: String) -> String {
    "--"
      + setting.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}
