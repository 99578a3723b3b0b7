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
}

/// A file of a run's folder that is not what it should be.
public struct RunFolderError: Error, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: String

  public var description: String { "cannot use '\(path)': \(problem)" }
}
