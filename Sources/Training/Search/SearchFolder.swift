import BackpropFiles
import BackpropPlots
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a search, from which it can go on whatever happened.
///
/// | in it | |
/// |---|---|
/// | `search.json` | what is searched |
/// | `trial-0001/`, … | the folder of each trial's run: ``RunFolder`` |
/// | `results.jsonl` | a line for each trial that ended |
/// | `table.txt`, `search.svg` | the same as a table, the best first, and as a picture |
///
/// Every file appears whole or not at all. While one search writes into the folder, no other can.
public final class SearchFolder: Sendable {
  /// The folder.
  public let path: String
  /// What is searched.
  public let search: Search
  /// All trials, those that ended too.
  public let trials: [Search.Trial]
  private let data: SharedData
  private let lock: FileLock
  private let state: Mutex<State>

  private struct State {
    var results: [TrialResult] = []
    /// What ended the search before its end.
    var error: (any Error)?
  }

  /// A folder for a new search.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - search: what is searched.
  /// - Throws: what ``Search/trials()`` throws; `SearchFolderError` if the folder holds a search already;
  ///   `FileError`.
  public convenience init(_ path: String, _ search: Search) throws {
    try self.init(path, search, sharing: SharedData())
  }

  /// A folder for a new search over data of which some may have been read.
  package init(_ path: String, _ search: Search, sharing data: SharedData) throws {
    let trials = try search.trials()
    try File.createFolder(path)
    lock = try FileLock(path + "/.lock", for: path)
    if File.byteCount(of: path + "/search.json") != nil {
      throw SearchFolderError(
        path: path, problem: "it holds a search already; resume that, or take another folder")
    }
    (self.path, self.search, self.trials, self.data) = (path, search, trials, data)
    state = Mutex(State())
    try RunJSON.write(Contents(search: search), to: path + "/search.json")
  }

  /// The folder of a search that goes on.
  ///
  /// - Throws: `SearchFolderError` if it holds no search, or one that cannot be read; `FileError`.
  public init(resuming path: String) throws {
    let file = path + "/search.json"
    guard File.exists(file) else {
      throw SearchFolderError(path: path, problem: "it holds no search: there is no search.json")
    }
    lock = try FileLock(path + "/.lock", for: path)
    let contents: Contents
    do {
      contents = try RunJSON.decoder().decode(Contents.self, from: Data(try File.read(file)))
    } catch let error as DecodingError {
      throw SearchFolderError(path: file, problem: "it is no search: \(error)")
    }
    guard contents.version == Contents.newestVersion else {
      throw SearchFolderError(
        path: file,
        problem: "it is of version \(contents.version) of the format, expected "
          + "\(Contents.newestVersion)")
    }
    (self.path, search, data) = (path, contents.search, SharedData())
    trials = try search.trials()
    state = Mutex(State(results: try Self.results(of: path, trials)))
  }

  /// What stands in `search.json`.
  private struct Contents: Codable {
    var version = Self.newestVersion
    var search: Search

    static let newestVersion = 1
  }

  /// The folder of a trial's run.
  public func path(of trial: Search.Trial) -> String {
    path + "/trial-" + zeroPadded(trial.number, to: 4)
  }

  /// What came of the trials so far.
  public var results: SearchResults {
    SearchResults(
      search: search, trials: state.withLock { $0.results }, trialCount: trials.count)
  }

  /// Runs the trials that have not ended, and says what came of all.
  ///
  /// The data are read once, and stay in memory as long as this value does. Trials that were cut off go on
  /// from their last checkpoint. One that diverges has that as its result. The results are the same, in
  /// every bit, however many run at once.
  ///
  /// - Parameters:
  ///   - parallel: how many trials run at once. One alone uses all threads; several share them.
  ///   - limit: how many trials to run at most; `nil` for all that are left.
  ///   - prepare: is called for each training before it begins, on its thread: to add observers, or to
  ///     keep its `control`. A training that is stopped or paused ends the search, and goes on when the
  ///     search does.
  ///   - onResult: is told of each trial that ends, one at a time.
  /// - Returns: the results so far; complete unless a training was stopped.
  /// - Throws: what ends a trial otherwise: data that cannot be read, a folder that cannot be written.
  @discardableResult
  public func run(
    parallel: Int = 1, atMost limit: Int? = nil,
    prepare: @escaping @Sendable (Search.Trial, ConfiguredTraining<TrainingConfiguration>) -> Void =
      { _, _ in },
    onResult: @escaping @Sendable (TrialResult) -> Void = { _ in }
  ) throws -> SearchResults {
    let ended = Set(state.withLock { $0.results.map(\.trial) })
    let open = Array(trials.filter { !ended.contains($0.number) }.prefix(limit ?? .max))
    onThreads(open.count, threads: parallel) { [self] index in
      do {
        guard let result = try run(open[index], prepare) else { return false }
        try state.withLock { state in
          if state.error != nil { return }
          state.results.append(result)
          state.results.sort { $0.trial < $1.trial }
          try RunJSON.writeLines(state.results, to: path + "/results.jsonl")
          onResult(result)
        }
        return true
      } catch {
        state.withLock { if $0.error == nil { $0.error = error } }
        return false
      }
    }
    let error = state.withLock { state in
      defer { state.error = nil }
      return state.error
    }
    if let error { throw error }
    let results = results
    try AtomicFile.write(Array((results.table() + "\n").utf8), to: path + "/table.txt")
    try AtomicFile.write(
      Array(Figure(searchResults: results).svg().utf8), to: path + "/search.svg")
    return results
  }

  /// Runs one trial; `nil` if it was stopped.
  private func run(
    _ trial: Search.Trial,
    _ prepare: (Search.Trial, ConfiguredTraining<TrainingConfiguration>) -> Void
  ) throws -> TrialResult? {
    let (training, folder) = try training(of: trial)
    prepare(trial, training)
    func result(
      _ outcome: TrialResult.Outcome, _ metrics: [String: Double], problem: String? = nil
    ) -> TrialResult {
      var metrics = metrics
      if metrics["loss"] == nil, let loss = folder.reports.last?.loss { metrics["loss"] = loss }
      return TrialResult(
        trial: trial.number, settings: trial.settings, outcome: outcome, metrics: metrics,
        steps: training.loop.stepCount, seconds: training.loop.state.progress.seconds,
        problem: problem)
    }
    do {
      let ended = try training.run()
      if ended.end == .interrupted || ended.end == .paused { return nil }
      return result(.completed, ended.metrics)
    } catch TrainingError.diverged(let divergence) {
      return result(.diverged, folder.reports.last?.metrics ?? [:], problem: "\(divergence)")
    }
  }

  /// The training of a trial, at its last checkpoint if it has any that is whole.
  private func training(
    of trial: Search.Trial
  ) throws -> (ConfiguredTraining<TrainingConfiguration>, RunFolder) {
    /// A training over what was read for other trials.
    func training() throws -> ConfiguredTraining<TrainingConfiguration> {
      let task = try trial.configuration.makeTask(sharing: data)
      return try ConfiguredTraining(trial.configuration, task)
    }
    do {
      let training = try training()
      return (training, try training.resume(in: path(of: trial)).folder)
    } catch CheckpointError.damaged(_) {
      let training = try training()
      return (training, try training.begin(in: path(of: trial), overwriting: true))
    }
  }

  // MARK: Results in the folder

  private static func results(of path: String, _ trials: [Search.Trial]) throws -> [TrialResult] {
    let file = path + "/results.jsonl"
    let results: [TrialResult] = try RunJSON.readLines(of: file) { line, error in
      SearchFolderError(path: file, problem: "line \(line) is no result: \(error)")
    }
    for (index, result) in results.enumerated() {
      guard result.trial >= 1, result.trial <= trials.count,
        trials[result.trial - 1].settings == result.settings,
        index == 0 || results[index - 1].trial < result.trial
      else {
        throw SearchFolderError(
          path: file, problem: "line \(index + 1) is not of a trial of this search")
      }
    }
    return results
  }
}

/// A folder that a search cannot be kept in, or that holds none.
public struct SearchFolderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder, or the file in it.
  public let path: String
  /// What is wrong with it.
  public let problem: String

  public var description: String { "cannot use '\(path)': \(problem)" }
}
