import BackpropFiles
import BackpropNeuralNetworks
import BackpropPlots
import BackpropWeightFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that a training run leaves behind: `config.json` (what was asked), `metrics.jsonl`
/// (one line an epoch, written as it happens), `model.safetensors` (the weights, written whole at the
/// end) and `curves.svg` (the metrics as a picture).
public final class RunFolder: TrainingObserver {
  /// The folder.
  public let path: String
  /// Where the weights are written.
  public var weightsPath: String { path + "/model.safetensors" }

  private let model: any Module
  private let metadata: [String: String]
  private var metrics: [EpochReport] = []

  /// Makes the folder, and `config.json` in it: a folder that cannot be written is found out before
  /// anything is trained.
  ///
  /// The metrics of an earlier run in the same folder are removed; its weights stay until those of
  /// this run replace them.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - model: whose weights to save.
  ///   - configuration: what was asked.
  ///   - classNames: what the classes are called.
  /// - Throws: `FileError`.
  public convenience init(
    _ path: String, model: any Module, configuration: TrainingConfiguration, classNames: [String]
  ) throws {
    try self.init(
      path, model: model, configuration: configuration,
      metadata: configuration.metadata(classNames: classNames))
  }

  /// Makes the folder of any run, and `config.json` in it.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - model: whose weights to save.
  ///   - configuration: what was asked, as it stands in `config.json`.
  ///   - metadata: texts that go with the weights.
  /// - Throws: `FileError`.
  public init(
    _ path: String, model: any Module, configuration: some Encodable, metadata: [String: String]
  ) throws {
    self.path = path
    self.model = model
    self.metadata = metadata
    try File.createFolder(path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      Array(try encoder.encode(configuration)) + [UInt8(ascii: "\n")], to: path + "/config.json")
    for name in ["metrics.jsonl", "curves.svg"] { try File.remove("\(path)/\(name)") }
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
    func digits(_ part: Int32, _ count: Int = 2) -> String {
      let text = String(part)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
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
    case .started, .step: break
    case .epoch(let report):
      metrics.append(report)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      var lines: [UInt8] = []
      for report in metrics { lines += Array(try encoder.encode(report)) + [UInt8(ascii: "\n")] }
      try AtomicFile.write(lines, to: path + "/metrics.jsonl")
    case .finished:
      try model.save(to: weightsPath, metadata: metadata)
      let curves = Figure(trainingCurves: metrics).svg()
      try AtomicFile.write(Array(curves.utf8), to: path + "/curves.svg")
    }
  }
}
