import ArgumentParser
import Backprop
import BackpropFiles

/// `backprop runs`
struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, show, compare, prune or export the runs of training.",
    discussion: """
      Every training leaves a folder that tells all of it: what was asked, how each epoch went, when \
      and on what machine, and how it ended. These commands read them. Files that are missing or \
      damaged are told of; the rest is read all the same.

      EXAMPLES:
        backprop runs
        backprop runs list --sort best --dataset mnist
        backprop runs show digits-20260131-142500
        backprop runs compare first second --output compare.svg
        backprop runs prune --keep-best 5 --keep-younger-than 30d
        backprop runs export --format csv --output runs.csv
      """,
    subcommands: [List.self, Show.self, Compare.self, Prune.self, Export.self],
    defaultSubcommand: List.self)
}

/// Where the runs are.
struct RunsFolderOption: ParsableArguments {
  @Option(
    name: .customLong("runs"),
    help: ArgumentHelp("The folder of the runs.", valueName: "DIR"))
  var folder = "runs"
}

/// Which of the runs are meant.
struct RunFilterOptions: ParsableArguments {
  @OptionGroup var runs: RunsFolderOption
  @Option(help: ArgumentHelp("Only runs that learned from this.", valueName: "NAME"))
  var dataset: String?
  @Option(help: ArgumentHelp("Only runs of this kind of model.", valueName: "NAME"))
  var model: String?
  @Option(help: ArgumentHelp("Only runs that are there.", valueName: "STATE"))
  var state: RunState?

  /// The runs, by name.
  func load() throws -> [RunRecord] { try RunHistory(runs.folder).runs.filter(isMeant) }

  /// Whether a run is one of them.
  func isMeant(_ run: RunRecord) -> Bool {
    (dataset == nil || run.dataset == dataset) && (model == nil || run.model == model)
      && (state == nil || run.state == state)
  }
}

/// Runs that are named, or else all that a filter leaves.
struct RunSelectionOptions: ParsableArguments {
  @OptionGroup var filter: RunFilterOptions
  @Argument(
    help: ArgumentHelp(
      "The names or folders of the runs. (default: all of the folder)", valueName: "RUN"))
  var names: [String] = []

  /// The runs, in the order in which they are named, or by name.
  func load() throws -> [RunRecord] {
    if names.isEmpty { return try filter.load() }
    return try names.map { try RunHistory.run($0, in: filter.runs.folder) }
  }
}

extension RunState: ExpressibleByArgument {}

/// A length of time: `90s`, `15m`, `12h`, `30d`, `2w`.
struct Age: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = [
      "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
    ]
    guard let last = argument.last, let unit = units[last],
      let count = Double(argument.dropLast()), count.isFinite, count >= 0
    else { return nil }
    seconds = count * unit
  }
}

/// What tables and lines of JSON say of a run.
struct RunWords {
  let run: RunRecord

  /// `3/10`: the epochs done and asked for.
  var epochs: String {
    let done = run.lastEpoch?.epoch ?? 0
    if let planned = run.plannedEpochs { return "\(done)/\(planned)" }
    return "\(done)"
  }

  /// When it began, in the local time zone.
  var started: String {
    guard let date = run.started else { return "-" }
    var seconds = time_t(date.timeIntervalSince1970)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return formatted(
      "%04d-%02d-%02d %02d:%02d", 1900 + parts.tm_year, 1 + parts.tm_mon, parts.tm_mday,
      parts.tm_hour, parts.tm_min)
  }

  /// How long it took.
  var time: String {
    guard let seconds = run.seconds else { return "-" }
    return seconds < 10 ? formatted("%.1f s", seconds) : ProgressBar.time(seconds)
  }

  static func number(_ value: Double?) -> String { value.map(RunText.number) ?? "-" }

  /// The members of a line of JSON.
  var members: [(String, JSONValue)] {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    func integer(_ value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .null }
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    return [
      ("name", .string(run.name)), ("path", .string(run.path)),
      ("state", .string(run.state.rawValue)), ("dataset", text(run.dataset)),
      ("model", text(run.model)), ("epochs", integer(run.lastEpoch?.epoch ?? 0)),
      ("planned_epochs", integer(run.plannedEpochs)), ("steps", integer(run.steps)),
      ("metric", text(run.metric?.name)), ("best", number(run.best)), ("last", number(run.last)),
      ("started", text(run.started.map { UTCTime.text($0) })),
      ("ended", text(run.ended.map { UTCTime.text($0) })), ("seconds", number(run.seconds)),
      ("problems", .array(run.problems.map(JSONValue.string))),
    ]
  }

  /// Tells people what is wrong with the files of runs.
  static func tellProblems(of runs: [RunRecord]) {
    for run in runs {
      for problem in run.problems { StandardError.write("warning: \(run.name): \(problem)") }
    }
  }
}
