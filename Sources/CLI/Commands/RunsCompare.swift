import ArgumentParser
import Backprop
import BackpropFiles

extension Runs {
  /// `backprop runs compare`
  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare runs: their settings, what came of them, and their curves.",
      discussion: """
        Of the settings those are shown in which the runs differ. A star marks the best of the \
        runs. The curves are drawn in the terminal, or to a file.

        EXAMPLES:
          backprop runs compare first second third
          backprop runs compare --runs experiments --metric testLoss
          backprop runs compare first second --output compare.svg
        """)

    @OptionGroup var selection: RunSelectionOptions
    @Option(
      help: ArgumentHelp(
        "By what to compare them. (default: what the first is judged by)", valueName: "NAME"))
    var metric: String?
    @Option(help: ArgumentHelp("Draw the curves to this file, as SVG.", valueName: "FILE"))
    var output: String?
    @Flag(help: "Write one line of JSON to standard output, and nothing else.")
    var json = false

    func validate() throws {
      if selection.names.count == 1 {
        throw ValidationError("give two runs or more to compare")
      }
      if output == "" { throw ValidationError("the option --output is empty, expected a file") }
    }

    func run() throws {
      let runs = try selection.load()
      let comparison = RunComparison(runs, by: metric)
      if let output { try comparison.figure.write(to: output) }
      if json {
        writeJSON(comparison)
      } else if runs.isEmpty {
        StandardOutput.write("no runs in \(selection.filter.runs.folder)")
      } else {
        writeText(comparison)
      }
      RunWords.tellProblems(of: runs)
    }

    private func writeJSON(_ comparison: RunComparison) {
      func rows(_ rows: [RunComparison.Row], asNumbers: Bool) -> JSONValue {
        .object(
          rows.map { row in
            let values: [JSONValue] =
              asNumbers
              ? row.numbers.map { $0.map(JSONValue.number) ?? .null }
              : row.values.map { $0.map(JSONValue.string) ?? .null }
            return (row.name, .array(values))
          })
      }
      let line = JSONValue.object([
        ("event", "comparison"),
        ("runs", .array(comparison.runs.map { .string($0.name) })),
        ("metric", comparison.metric.map { .string($0.name) } ?? .null),
        ("settings", rows(comparison.settings, asNumbers: false)),
        ("figures", rows(comparison.figures, asNumbers: true)),
        ("output", output.map(JSONValue.string) ?? .null),
      ])
      StandardOutput.write(line.description)
    }

    private func writeText(_ comparison: RunComparison) {
      let runs = comparison.runs
      var table = TerminalTable(
        [""] + runs.map { $0.name + "  " }, rightAligned: Set(runs.indices.map { $0 + 1 }))
      for row in comparison.settings + comparison.figures {
        let values = row.values.enumerated().map { index, value in
          (value ?? "-") + (row.best == index ? " *" : "  ")
        }
        table.add([row.name] + values)
      }
      for line in table.lines() { StandardOutput.write(line) }
      if let output {
        StandardOutput.write("curves: \(output)")
      } else if runs.contains(where: { $0.lastEpoch != nil }) {
        StandardOutput.write("")
        StandardOutput.put(
          comparison.figure.text(
            columns: StandardOutput.chartColumns, color: StandardOutput.hasColor))
      }
    }
  }
}
