import ArgumentParser
import Backprop
import BackpropFiles

extension Runs {
  /// `backprop runs prune`
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove runs: all of those chosen that nothing speaks for.",
      discussion: """
        Without --yes nothing is removed: what would be is listed. A run that is going on is never \
        removed, whatever is asked for.

        EXAMPLES:
          backprop runs prune --keep-best 5
          backprop runs prune --keep-best 5 --keep-younger-than 30d --yes
          backprop runs prune --state killed --keep-younger-than 1d --yes
        """)

    @OptionGroup var filter: RunFilterOptions
    @Option(
      help: ArgumentHelp("Keep the best N of each data set and metric.", valueName: "N"))
    var keepBest: Int?
    @Option(
      help: ArgumentHelp(
        "Keep runs that began no longer ago: 90s, 15m, 12h, 30d, 2w.", valueName: "AGE"))
    var keepYoungerThan: Age?
    @Flag(help: "Keep runs that were interrupted, failed or killed: they can be taken up again.")
    var keepUnfinished = false
    @Flag(help: "Remove the runs, and do not only list them.")
    var yes = false
    @Flag(help: "Write a line of JSON for each run to standard output, and nothing else.")
    var json = false

    func validate() throws {
      if let keepBest, keepBest < 0 {
        throw ValidationError("the option --keep-best is \(keepBest), expected 0 or more")
      }
      if keepBest == nil, keepYoungerThan == nil, !keepUnfinished, filter.state == nil {
        throw ValidationError(
          "say what to keep: --keep-best N, --keep-younger-than AGE or --keep-unfinished; "
            + "or which runs are meant: --state STATE")
      }
    }

    func run() throws {
      var pruning = RunPruning()
      pruning.keptBest = keepBest
      pruning.keptAge = keepYoungerThan?.seconds
      pruning.keepsUnfinished = keepUnfinished
      // What is best is so among all runs, and not among those that are meant.
      let verdicts = pruning.verdicts(on: try RunHistory(filter.runs.folder).runs)
        .filter { filter.isMeant($0.run) }
      var (removed, failure): (Int, (any Error)?) = (0, nil)
      for verdict in verdicts {
        var (isGone, problem): (Bool, String?) = (false, nil)
        if verdict.isRemoved, yes {
          do {
            try RunPruning.remove(verdict.run)
            isGone = true
          } catch {
            failure = failure ?? error
            problem = "\(error)"
          }
        }
        if verdict.isRemoved && problem == nil { removed += 1 }
        tell(verdict, isGone: isGone, problem)
      }
      if !json {
        let rest = verdicts.count - removed
        StandardOutput.write(
          yes
            ? "\(removed) removed, \(rest) kept"
            : "\(removed) would be removed, \(rest) kept; with --yes they are removed")
      }
      if let failure { throw failure }
    }

    private func tell(_ verdict: RunPruning.Verdict, isGone: Bool, _ problem: String?) {
      if json {
        let line = JSONValue.object([
          ("event", "prune"), ("name", .string(verdict.run.name)),
          ("path", .string(verdict.run.path)),
          ("action", .string(isGone ? "removed" : verdict.isRemoved ? "remove" : "keep")),
          ("reason", verdict.reason.map(JSONValue.string) ?? .null),
          ("error", problem.map(JSONValue.string) ?? .null),
        ])
        StandardOutput.write(line.description)
        return
      }
      let name = TextColumns.withoutControls(verdict.run.name)
      if let problem {
        StandardError.write("warning: \(problem)")
      } else if let reason = verdict.reason {
        StandardOutput.write("keep    \(name): \(reason)")
      } else {
        StandardOutput.write((isGone ? "removed " : "remove  ") + name)
      }
    }
  }
}
