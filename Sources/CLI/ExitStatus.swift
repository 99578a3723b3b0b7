import ArgumentParser
import Backprop
import BackpropBenchmarks
import BackpropDatasetDownload
import BackpropFiles
import BackpropImages

/// How the program ends, as scripts see it. The numbers are those of BSD's `sysexits.h` where it has
/// one.
enum ExitStatus: Int32, Error, CaseIterable {
  case success = 0
  case failure = 1
  case usage = 64
  case badData = 65
  case missingInput = 66
  case unavailable = 69
  case diverged = 70
  case cannotCreate = 73
  case cannotWrite = 74
  case interrupted = 130
  case outputClosed = 141

  /// The status for an error of the library.
  init(of error: any Error) {
    switch error {
    case let status as ExitStatus: self = status
    case let cutOff as CutOffTraining: self.init(of: cutOff.error)
    case let bad as BadImages: self.init(of: bad.errors[0])
    case is MissingDataset, is MissingExample, is UnknownRun: self = .missingInput
    case is DatasetError, is GzipError, is UnknownCharacter, is TextFileError, is TextTooShort,
      is WeightFileError, is RunFolderError, is TrainingStateError, is OptimizerStateError,
      is CheckpointError, is ImageError, is BlankImage, is CSVError, is ImageFolderError,
      is ComparisonError, is SearchFolderError, is VectorIndexError, is TrainingTextError:
      self = .badData
    case is UnfinishedOutput, is UnfinishedRun: self = .cannotCreate
    case let error as PretrainedError:
      switch error.reason {
      case .noFolder, .missingFile: self = .missingInput
      default: self = .badData
      }
    case let error as TokenizerError:
      if case .notFound = error.reason { self = .missingInput } else { self = .badData }
    case is NonFiniteWeights, is NonFiniteResult: self = .diverged
    case is WeightConversionError: self = .usage
    case is DownloadError: self = .unavailable
    case let error as TrainingError:
      switch error {
      case .invalidSetting, .batchTooLarge: self = .usage
      case .unownedGradients, .unknownMetric: self = .failure
      case .emptyDataset: self = .badData
      case .diverged: self = .diverged
      }
    case let error as PlotError:
      if case .cannotWrite = error { self = .cannotWrite } else { self = .usage }
    case let error as FileError:
      switch (error.operation, error.reason) {
      case ("read", _), ("read the runs in", _): self = .missingInput
      case (_, .diskFull): self = .cannotWrite
      case ("create the folder", _), ("write to", _): self = .cannotCreate
      default: self = .cannotWrite
      }
    default: self = .failure
    }
  }

  /// What it means.
  var meaning: String {
    switch self {
    case .success: "done"
    case .failure: "failed for a reason that has no number of its own"
    case .usage: "the command line makes no sense"
    case .badData: "data, weights or a picture that cannot be used"
    case .missingInput: "a file or a data set that is not there or cannot be read"
    case .unavailable: "a download that no server gave"
    case .diverged: "the loss, a weight or a result is no longer a number"
    case .cannotCreate: "a folder for results that cannot be made, or that a run uses or needs"
    case .cannotWrite: "results that cannot be written, as on a full disk"
    case .interrupted: "interrupted; what was reached is saved"
    case .outputClosed: "the reader of the output went away"
    }
  }

  /// All of them, a line each.
  static var table: String {
    allCases.map { status in
      let number = String(status.rawValue)
      return "  " + String(repeating: " ", count: 3 - number.count) + number + "  " + status.meaning
    }.joined(separator: "\n")
  }
}
