import ArgumentParser
import Backprop

extension Runs {
  /// `backprop runs show`
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show all that is known of one run, with its curves.",
      discussion: """
        EXAMPLES:
          backprop runs show digits-20260131-142500
          backprop runs show runs/first --json
        """)

    @OptionGroup var runs: RunsFolderOption
    @Argument(help: ArgumentHelp("The run's name, or its folder.", valueName: "RUN"))
    var name: String
    @Flag(help: "Write one line of JSON to standard output, and nothing else.")
    var json = false

    func run() throws {
      let run = try RunHistory.run(name, in: runs.folder)
      let (epochs, damaged) = run.allEpochs()
      if json {
        writeJSON(run, epochs)
      } else {
        writeText(run, epochs)
      }
      RunWords.tellProblems(of: [run])
      let told = Set(run.problems)
      for problem in damaged where !told.contains(problem) {
        StandardError.write("warning: \(run.name): \(problem)")
      }
    }

    private func writeJSON(_ run: RunRecord, _ epochs: [EpochReport]) {
      let settings = run.settings.map { ($0.name, JSONValue.string($0.value)) }
      let sessions = run.sessions.map { session in
        JSONValue.object([
          ("started", .string(UTCTime.text(session.started))),
          ("ended", session.ended.map { .string(UTCTime.text($0)) } ?? .null),
          ("process", .integer(session.process)),
          ("error", session.error.map(JSONValue.string) ?? .null),
          ("processor", .string(session.system.processor)),
          ("instruction_set", .string(session.system.instructionSet)),
          ("threads", .integer(session.system.threads)),
          ("operating_system", .string(session.system.operatingSystem)),
          ("host", .string(session.system.host)),
          ("swift_version", .string(session.system.swiftVersion)),
          ("backprop_version", .string(session.system.backpropVersion)),
        ])
      }
      let reports = epochs.map { report in
        JSONValue.object(
          [
            ("epoch", .integer(report.epoch)), ("step", .integer(report.step)),
            ("loss", .number(report.loss)),
          ] + report.metrics.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number($0.value)) }
            + [("steps_per_second", .number(report.stepsPerSecond))])
      }
      let line = JSONValue.object(
        [("event", "run")] + RunWords(run: run).members
          + [
            ("error", run.error.map(JSONValue.string) ?? .null),
            ("weights", run.weightsPath.map(JSONValue.string) ?? .null),
            ("settings", .object(settings)), ("sessions", .array(sessions)),
            ("epoch_reports", .array(reports)),
          ])
      StandardOutput.write(line.description)
    }

    private func writeText(_ run: RunRecord, _ epochs: [EpochReport]) {
      let words = RunWords(run: run)
      StandardOutput.write("\(run.name): \(run.state.rawValue)")
      if let error = run.error { StandardOutput.write("  \(error)") }
      var facts = [
        ("folder", run.path), ("began", words.started), ("took", words.time),
        ("epochs", words.epochs), ("steps", run.steps.map(String.init) ?? "-"),
      ]
      if let metric = run.metric {
        facts.append(("best \(metric.name)", RunWords.number(run.best)))
        facts.append(("last \(metric.name)", RunWords.number(run.last)))
      }
      facts.append(("weights", run.weightsPath ?? "-"))
      Self.write(facts)
      StandardOutput.write("\nsettings")
      Self.write(run.settings.map { ($0.name, $0.value) })
      for (index, session) in run.sessions.enumerated() {
        let system = session.system
        StandardOutput.write(
          run.sessions.count > 1 ? "\nsession \(index + 1)" : "\nsystem")
        Self.write([
          ("processor", "\(system.processor), \(system.processorCount) processors"),
          ("computed with", "\(system.instructionSet), \(system.threads) threads"),
          ("system", "\(system.operatingSystem), \(system.host)"),
          ("versions", "backprop \(system.backpropVersion), Swift \(system.swiftVersion)"),
          ("began", UTCTime.text(session.started)),
          ("ended", session.ended.map { UTCTime.text($0) } ?? "-"),
        ])
      }
      if epochs.count > 1 {
        StandardOutput.write("")
        StandardOutput.put(
          Figure(trainingCurves: epochs).text(
            columns: StandardOutput.chartColumns, color: StandardOutput.hasColor))
      }
    }

    private static func write(_ facts: [(String, String)]) {
      let width = facts.map { TextColumns.count($0.0) }.max() ?? 0
      for (name, value) in facts {
        let space = String(repeating: " ", count: width - TextColumns.count(name))
        StandardOutput.write("  \(name)\(space)  \(TextColumns.withoutControls(value))")
      }
    }
  }
}
