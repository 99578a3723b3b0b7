import BackpropFiles
import BackpropNeuralNetworks
import BackpropPlots
import BackpropWeightFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a training run, which stands alone: what was asked, how it went, and what came of it.
///
/// | in it | |
/// |---|---|
/// | `config.json` | what was asked |
/// | `system.json` | when and on what it was computed: ``RunSession`` |
/// | `metrics.jsonl` | one line an epoch, written as it happens |
/// | `checkpoints/` | from which a run that was cut off goes on: ``Checkpoints`` |
/// | `model.safetensors` | the weights, written at the end |
/// | `curves.svg` | the metrics as a picture, written at the end |
/// | `result.json` | how the run ended, written last: a run without one is going on or was cut off |
///
/// Every file appears whole or not at all. While one run writes into the folder, no other can.
public final class RunFolder: TrainingObserver {
  /// The folder.
  public let path: String
  /// Where the weights are written.
  public var weightsPath: String { Self.weightsPath(in: path) }
  /// The checkpoints, which a loop writes: `loop.checkpoints = folder.checkpoints`.
  public let checkpoints: Checkpoints
  /// The epochs so far.
  public private(set) var reports: [EpochReport] = []

  private let model: any Module
  private let metadata: [String: String]
  private var lock: FileLock?
  private let sessions: RunSessions

  /// Makes the folder, and `config.json` in it: a folder that cannot be written is found out before
  /// anything is trained.
  ///
  /// The metrics and checkpoints of an earlier run in the same folder are removed; its weights stay
  /// until those of this run replace them. One that was cut off is not replaced: see
  /// ``UnfinishedRun``.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - model: whose weights to save.
  ///   - configuration: what was asked.
  ///   - classNames: what the classes are called.
  /// - Throws: `FileError`; its reason is `inUse` while another run writes into the folder;
  ///   ``UnfinishedRun``.
  public convenience init(
    _ path: String, model: any Module, configuration: TrainingConfiguration, classNames: [String]
  ) throws {
    try self.init(
      path, model: model, configuration: configuration,
      metadata: configuration.metadata(classNames: classNames))
  }

  /// Makes the folder of any run, and `config.json` in it; or takes it up again.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - model: whose weights to save.
  ///   - configuration: what was asked, as it stands in `config.json`.
  ///   - metadata: texts that go with the weights.
  ///   - resuming: whether the run goes on that the folder holds; its metrics and checkpoints are then
  ///     kept.
  ///   - overwriting: whether a run that was cut off, and could go on, may be replaced by a new one.
  /// - Throws: `FileError`; its reason is `inUse` while another run writes into the folder;
  ///   ``UnfinishedRun``.
  public init(
    _ path: String, model: any Module, configuration: some Encodable, metadata: [String: String],
    resuming: Bool = false, overwriting: Bool = false
  ) throws {
    self.path = path
    self.model = model
    self.metadata = metadata
    checkpoints = Checkpoints(in: path + "/checkpoints")
    try File.createFolder(path)
    lock = try FileLock("\(path)/\(RunLock.fileName)", for: path)
    AtomicFile.removeLeftovers(in: path)
    if resuming {
      reports = try Self.reports(of: path)
    } else {
      if !overwriting, let step = Self.stepToGoOnFrom(in: path) {
        throw UnfinishedRun(path: path, step: step)
      }
      // The configuration after what it does not belong to: whenever this ends, no run is taken up
      // with another's settings.
      try checkpoints.removeAll()
      for name in ["result.json", "metrics.jsonl", "curves.svg"] {
        try File.remove("\(path)/\(name)")
      }
    }
    sessions = try RunSessions(in: path, resuming: resuming)
    checkpoints.metadata["configuration"] =
      try RunJSON.write(configuration, to: path + "/config.json")
  }

  /// A folder for a new run: `runs/digits-20260131-142500`, with `-2`, `-3`, … after it if that is
  /// taken.
  ///
  /// - Parameters:
  ///   - dataset: the name of the data set.
  ///   - parent: the folder of all runs.
  ///   - date: when the run began; it is written in the local time zone.
  public static func freshPath(
    dataset: String, in parent: String = "runs", date: Date = Date()
  ) -> String {
    var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
    var parts = tm()
    localtime_r(&seconds, &parts)
    func digits(_ part: Int32, _ count: Int = 2) -> String { zeroPadded(Int(part), to: count) }
    let day = digits(1900 + parts.tm_year, 4) + digits(1 + parts.tm_mon) + digits(parts.tm_mday)
    let time = digits(parts.tm_hour) + digits(parts.tm_min) + digits(parts.tm_sec)
    let path = "\(parent)/\(dataset)-\(day)-\(time)"
    var (candidate, number) = (path, 1)
    while File.byteCount(of: candidate) != nil {
      number += 1
      candidate = "\(path)-\(number)"
    }
    return candidate
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started(let plan):
      // What was written after the checkpoint that the run goes on from happens once more.
      reports.removeAll { $0.epoch > plan.epochsDone }
      try File.remove(path + "/result.json")
    case .step: break
    case .epoch(let report):
      reports.append(report)
      try RunJSON.writeLines(reports, to: path + "/metrics.jsonl")
    case .finished(let result):
      try model.save(to: weightsPath, metadata: metadata)
      let curves = Figure(trainingCurves: reports).svg()
      try AtomicFile.write(Array(curves.utf8), to: path + "/curves.svg")
      try sessions.end()
      try RunJSON.writeLines([result], to: path + "/result.json")
      lock = nil
    }
  }

  /// Notes that an error ended the run, and lets others write into the folder.
  ///
  /// What cannot be noted, as on a full disk, is no further error.
  public func end(with error: any Error) {
    try? sessions.end(error)
    lock = nil
  }
}
