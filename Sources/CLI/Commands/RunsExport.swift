import ArgumentParser
import Backprop
import BackpropFiles

extension Runs {
  /// `backprop runs export`
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the metrics of runs to one file, for other programs.",
      discussion: """
        As CSV: a row for each epoch of each run. As JSON: an object for each run, with its \
        settings, times and epochs.

        EXAMPLES:
          backprop runs export --output runs.csv
          backprop runs export --format json | jq '.[].best'
          backprop runs export first second --output two.json
        """)

    /// What the file is.
    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, json }

    @OptionGroup var selection: RunSelectionOptions
    @Option(
      help: ArgumentHelp(
        "What the file is. (default: by the ending of its name, else csv)", valueName: "FORMAT"))
    var format: Format?
    @Option(help: ArgumentHelp("The file. (default: standard output)", valueName: "FILE"))
    var output: String?
    @Flag(help: "The same as --format json.")
    var json = false

    func validate() throws {
      if output == "" { throw ValidationError("the option --output is empty, expected a file") }
      if json && format == .csv { throw ValidationError("give --json or --format csv, not both") }
    }

    func run() throws {
      let runs = try selection.load()
      let ending = output.map { File.nameEnding(of: $0).lowercased() }
      let format = json ? .json : format ?? (ending == "json" ? .json : .csv)
      let text = format == .json ? RunExport.json(runs) : RunExport.csv(runs)
      if let output {
        try AtomicFile.write(Array(text.utf8), to: output)
      } else {
        StandardOutput.put(text)
      }
      RunWords.tellProblems(of: runs)
    }
  }
}
