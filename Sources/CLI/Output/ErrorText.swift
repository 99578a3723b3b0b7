import Backprop

/// What an error of the library says to users of the command line: by their options, where it speaks
/// of arguments, and with the command that mends it.
func errorText(_ error: any Error) -> String {
  switch error {
  case let error as MissingDataset:
    error.text { $0.optionName } + "\n" + fetchingHint(error.dataset.name)
  default: "\(error)"
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
