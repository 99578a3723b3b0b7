import BackpropFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the folder of a run tells of it.
///
/// Files that are missing or damaged are no error: what they would tell is missing too, and
/// ``problems`` says so. Of the metrics only the last line and the best value are read;
/// ``epochs()`` reads all.
///
/// ```swift
/// let run = RunRecord("runs/first")
/// print(run.state, run.best ?? .nan)
/// let figure = Figure(trainingCurves: run.epochs())
/// ```
public struct RunRecord: Sendable {
  /// The folder.
  public let path: String
  /// What it is called in its history.
  public let name: String
  /// What was asked, in the order of the file; settings of a part have its name before a point:
  /// `shape.width`.
  public private(set) var settings: [Setting] = []
  /// What the run learned from.
  public private(set) var dataset: String?
  /// What kind of model it trained.
  public private(set) var model: String?
  /// How many passes over the data were asked for, if they were.
  public private(set) var plannedEpochs: Int?
  /// How many steps were asked for, if they were.
  public private(set) var plannedSteps: Int?
  /// Where it is.
  public private(set) var state = RunState.killed
  /// The stretches that single processes computed.
  public private(set) var sessions: [RunSession] = []
  /// When it began.
  public private(set) var started: Date?
  /// When it ended; `nil` if it is going on. Of a run that was cut off, when it last told something.
  public private(set) var ended: Date?
  /// The last epoch that was told.
  public private(set) var lastEpoch: EpochReport?
  /// The metric by which the run is judged.
  public private(set) var metric: RunMetric?
  /// The best value of that.
  public private(set) var best: Double?
  /// How many steps were done, as far as it is told.
  public private(set) var steps: Int?
  /// The seconds that the steps took, if the run is over.
  public private(set) var stepSeconds: Double?
  /// What is wrong with the files, a line each.
  public private(set) var problems: [String] = []
  /// Whether the folder is certainly that of a run, and not one that happens to look like one.
  public private(set) var isCertain = false

  /// A setting of a run.
  public struct Setting: Sendable, Hashable {
    /// Its name, as in `config.json`.
    public let name: String
    /// Its value, as JSON has it; texts without quotation marks.
    public let value: String
  }

  /// The last value of the metric by which the run is judged.
  public var last: Double? {
    guard let metric, let lastEpoch else { return nil }
    return lastEpoch.value(of: metric.name)
  }

  /// The error that ended the run, if one did.
  public var error: String? { state == .failed ? sessions.last?.error : nil }

  /// The seconds from beginning to end, breaks between sessions not counted; `nil` if nothing tells.
  public var seconds: Double? {
    if sessions.isEmpty {
      guard let started, let ended else { return stepSeconds }
      return ended.timeIntervalSince(started)
    }
    return sessions.enumerated().reduce(0) { sum, item in
      let isLast = item.offset == sessions.count - 1
      let end = item.element.ended ?? (isLast ? ended ?? (state == .running ? Date() : nil) : nil)
      return sum + max(0, end?.timeIntervalSince(item.element.started) ?? 0)
    }
  }

  /// Where the weights of the end are, if they are there.
  public var weightsPath: String? {
    let path = RunFolder.weightsPath(in: self.path)
    return File.exists(path) ? path : nil
  }

  /// Reads a folder.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - name: what to call it; the last part of the path if nil.
  public init(_ path: String, name: String? = nil) {
    self.path = path
    self.name = name ?? File.name(of: path)
    readConfiguration()
    readSessions()
    readMetrics()
    readEnd()
    findTimes()
  }

  /// All epochs that the run told; damaged lines are left out.
  public func epochs() -> [EpochReport] { allEpochs().reports }

  /// All epochs, and what is wrong with lines that tell none.
  public func allEpochs() -> (reports: [EpochReport], problems: [String]) {
    guard let bytes = try? File.read(path + "/metrics.jsonl") else { return ([], []) }
    var reports: [EpochReport] = []
    var problems: [String] = []
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 <= 32 }) { continue }
      if let report = EpochReport(line: line) {
        reports.append(report)
      } else {
        problems.append("metrics.jsonl: line \(index + 1) is damaged")
      }
    }
    return (reports, problems)
  }

  // MARK: Reading

  /// The JSON of a file; `nil` where it is not there, and where it is damaged, which is noted.
  private mutating func document(_ file: String) -> JSONDocument? {
    let path = "\(self.path)/\(file)"
    guard File.exists(path) else { return nil }
    do {
      return try JSONDocument(try File.read(path, limit: 1 << 24))
    } catch let error as FileError {
      problems.append("\(file): \(error.explanation)")
    } catch {
      problems.append("\(file) is damaged: \(error)")
    }
    return nil
  }

  private mutating func readConfiguration() {
    let before = problems.count
    guard let document = document("config.json") else {
      if problems.count == before { problems.append("config.json is missing") }
      return
    }
    settings = Self.flattened(document)
    dataset = document["dataset"]?.string ?? document["file"]?.string.map(File.name)
    model = document["model"]?.string ?? document["shape"]?["model"]?.string
    // A text that the program makes up has no file.
    if dataset == nil, document["heldOut"] != nil { dataset = "stories" }
    let length = document["length"] ?? .null
    let duration = document["duration"] ?? .null
    plannedEpochs = length["epochs"]?.integer ?? duration["epochs"]?.integer
    plannedSteps = length["steps"]?.integer ?? duration["steps"]?.integer
    isCertain = document["seed"] != nil && document["batchSize"] != nil
  }

  private static func flattened(_ document: JSONDocument, prefix: String = "") -> [Setting] {
    guard case .object(let members) = document else { return [] }
    return members.flatMap { member -> [Setting] in
      if case .object = member.value {
        return flattened(member.value, prefix: prefix + member.name + ".")
      }
      let value = member.value.string ?? member.value.description
      return [Setting(name: prefix + member.name, value: value)]
    }
  }

  private mutating func readSessions() {
    let path = "\(self.path)/\(RunSessions.fileName)"
    guard File.exists(path) else { return }
    isCertain = true
    do {
      sessions = try RunSessions.read(path)
    } catch let error as FileError {
      problems.append("\(RunSessions.fileName): \(error.explanation)")
    } catch {
      problems.append("\(RunSessions.fileName) is damaged: \(error)")
    }
  }

  private mutating func readMetrics() {
    let path = self.path + "/metrics.jsonl"
    guard File.exists(path) else { return }
    isCertain = true
    do {
      let summary = MetricsSummary(try File.read(path))
      lastEpoch = summary.last
      metric = summary.metric
      best = summary.best
      steps = summary.last?.step
      problems += summary.damagedLines.sorted().map { "metrics.jsonl: line \($0) is damaged" }
    } catch {
      problems.append("metrics.jsonl: \(error.explanation)")
    }
  }

  /// How the run ended. One that has not said so lives if its process holds the lock.
  private mutating func readEnd() {
    let result = document("result.json")
    if let result {
      isCertain = true
      steps = result["steps"]?.integer ?? steps
      stepSeconds = result["seconds"]?.double
      switch result["end"]?.string {
      case "completed": state = .completed
      case "stoppedEarly": state = .stoppedEarly
      default: state = .interrupted
      }
    } else if RunLock.isHeld(in: path) {
      state = .running
    } else if sessions.last?.error != nil {
      state = .failed
    } else if sessions.isEmpty, weightsPath != nil {
      // Before there was more to tell, the weights were what was written last.
      state = .completed
    }
  }

  private mutating func findTimes() {
    started = sessions.first?.started ?? modified("config.json")
    if state != .running {
      ended =
        sessions.last?.ended ?? modified("result.json") ?? modified("model.safetensors")
        ?? modified("metrics.jsonl")
    }
  }

  /// When a file was written last.
  private func modified(_ file: String) -> Date? {
    var status = stat()
    guard stat("\(path)/\(file)", &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }
}
