import Backprop
import BackpropImages

/// What an error of the library says to users of the command line: by their options, where it speaks
/// of arguments, and with the command that mends it.
func errorText(_ error: any Error) -> String {
  switch error {
  case let error as MissingDataset:
    error.text { $0.optionName } + "\n" + fetchingHint(error.dataset.name)
  case let error as TrainingError: error.textWithOptions
  case let error as BadImages where error.errors.count == 1: errorText(error.errors[0])
  default: "\(error)"
  }
}

extension TrainingError {
  /// What is wrong, with the options in place of the library's settings: `--batch-size` for
  /// `batchSize`.
  var textWithOptions: String {
    switch self {
    case .invalidSetting("setting", let found, let expected):
      "there is no setting \(found), expected \(expected)"
    case .invalidSetting(let name, let found, let expected):
      "the option \(Self.optionName(of: name)) is \(found), expected \(expected)"
    case .batchTooLarge(let batchSize, let exampleCount):
      "a batch of \(batchSize) examples is larger than the training set of \(exampleCount); "
        + "use --batch-size \(exampleCount) or less"
    case .diverged(let divergence) where !divergence.isOfTheData:
      description
        + formatted("\nThese are: --learning-rate %.3g, --clip 1", divergence.learningRate / 10)
    default: description
    }
  }

  /// The option that says a setting of a configuration.
  static func optionName(of setting: String) -> String {
    let others = [
      "augments": "--augment", "types": "--type", "dataFolder": "--data-dir", "file": "the text",
    ]
    return others[setting] ?? "--"
      + setting.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}

/// How to get a data set.
func fetchingHint(_ dataset: String) -> String {
  "Fetch it with: backprop datasets fetch \(dataset)"
}

extension DatasetFolders.Origin {
  /// As users of the command line name it.
  var optionName: String { self == .argument ? "--data-dir" : description }
}
