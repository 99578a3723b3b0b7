import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension RunFolder {
  /// Where the run of a folder writes its weights.
  public static func weightsPath(in path: String) -> String { path + "/model.safetensors" }

  /// What the run of a folder was asked to do.
  ///
  /// - Parameters:
  ///   - type: what kind of configuration it is.
  ///   - path: the folder.
  /// - Throws: `FileError` if there is no `config.json`; ``RunFolderError`` if it is no configuration
  ///   of this kind.
  public static func configuration<Configuration: Decodable>(
    _ type: Configuration.Type = Configuration.self, of path: String
  ) throws -> Configuration {
    let file = path + "/config.json"
    let bytes = try File.read(file)
    do {
      return try RunJSON.decoder().decode(type, from: Data(bytes))
    } catch {
      throw RunFolderError(path: file, problem: "it is no \(type): \(error)")
    }
  }

  /// How the run of a folder ended; `nil` if it is going on or was cut off.
  ///
  /// - Throws: `FileError`; ``RunFolderError`` if `result.json` is none.
  public static func result(of path: String) throws -> TrainingResult? {
    let file = path + "/result.json"
    guard File.exists(file) else { return nil }
    do {
      return try RunJSON.decoder().decode(TrainingResult.self, from: Data(try File.read(file)))
    } catch let error as DecodingError {
      throw RunFolderError(path: file, problem: "it is no result: \(error)")
    }
  }

  /// The epochs of the run of a folder, as far as it is; none if there is no `metrics.jsonl`.
  ///
  /// - Throws: `FileError`; ``RunFolderError`` for a line that is no report.
  public static func reports(of path: String) throws -> [EpochReport] {
    let file = path + "/metrics.jsonl"
    return try RunJSON.readLines(of: file) { line, error in
      RunFolderError(path: file, problem: "line \(line) is no epoch: \(error)")
    }
  }

  /// The step of the last checkpoint of a run that was cut off; `nil` where the run of the folder is at
  /// its end, or nothing of it was kept.
  static func stepToGoOnFrom(in path: String) -> Int? {
    guard let step = Checkpoints.steps(in: path + "/checkpoints").last else { return nil }
    switch (try? result(of: path))?.end {
    case .completed?, .stoppedEarly?: return nil
    case .interrupted?, .paused?, nil: return step
    }
  }
}

/// A new run was to take the place of one that was cut off, whose checkpoints would be lost.
public struct UnfinishedRun: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder.
  public let path: String
  /// The step of its last checkpoint.
  public let step: Int

  public var description: String {
    "'\(path)' holds a run that was cut off, with a checkpoint of step \(step). Go on with it by "
      + "ConfiguredTraining.resume(in:); begin anew in another folder, or in this one by "
      + "begin(in:overwriting: true), which removes its checkpoints"
  }
}

/// A file of a run's folder that is not what it should be.
public struct RunFolderError: Error, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: String

  package init(path: String, problem: String) { (self.path, self.problem) = (path, problem) }

  public var description: String { "cannot use '\(path)': \(problem)" }
}
