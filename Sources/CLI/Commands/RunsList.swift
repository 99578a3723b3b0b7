import ArgumentParser
import Backprop

extension Runs {
  /// `backprop runs list`, or without `list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the runs, a line each.",
      discussion: """
        The columns: what the run is called, what it learned from, its model, the epochs done (and \
        asked for), the best and the last value of the metric by which it is judged (the accuracy \
        on test data, where there is one), when it began, how long it took, and its state. A run \
        whose process is there no more and that did not say how it ended is 'killed'.

        EXAMPLES:
          backprop runs list
          backprop runs list --runs experiments --sort best --limit 10
          backprop runs list --dataset mnist --state completed
          backprop runs list --json | jq .best
        """)

    /// By what runs are sorted.
    enum Order: String, ExpressibleByArgument, CaseIterable {
      case name, dataset, model, epochs, best, last, started, time, state
    }

    @OptionGroup var filter: RunFilterOptions
    @Option(
      help: ArgumentHelp(
        "By what to sort: the oldest, the shortest and the best run first.", valueName: "COLUMN"))
    var sort = Order.started
    @Flag(help: "Sort the other way round.")
    var reverse = false
    @Option(help: ArgumentHelp("List so many at most.", valueName: "N"))
    var limit: Int?
    @Flag(help: "Write a line of JSON for each run to standard output, and nothing else.")
    var json = false

    func validate() throws {
      if let limit, limit < 1 {
        throw ValidationError("the option --limit is \(limit), expected 1 or more")
      }
    }

    func run() throws {
      let found = try filter.load()
      let sorted = Self.sorted(found, by: sort, reverse: reverse)
      let runs = limit.map { Array(sorted.prefix($0)) } ?? sorted
      if json {
        for run in runs {
          let line = JSONValue.object([("event", "run")] + RunWords(run: run).members)
          StandardOutput.write(line.description)
        }
        return
      }
      if runs.isEmpty {
        StandardOutput.write("no runs in \(filter.runs.folder)")
        return
      }
      Self.table(runs).write()
      RunWords.tellProblems(of: runs)
    }

    /// The runs in the order that is asked for. Those that have no value come last either way.
    static func sorted(_ runs: [RunRecord], by order: Order, reverse: Bool) -> [RunRecord] {
      func key(_ run: RunRecord) -> SortKey? {
        switch order {
        case .name: .text(run.name)
        case .dataset: run.dataset.map { .text($0) }
        case .model: run.model.map { .text($0) }
        case .epochs: .number(Double(run.lastEpoch?.epoch ?? 0))
        // The best first, whichever way its metric goes.
        case .best: run.best.map { .number(run.metric!.isLargestBest ? -$0 : $0) }
        case .last: run.last.map { .number(run.metric!.isLargestBest ? -$0 : $0) }
        case .started: run.started.map { .number($0.timeIntervalSince1970) }
        case .time: run.seconds.map { .number($0) }
        case .state: .text(run.state.rawValue)
        }
      }
      let keyed = runs.map { (run: $0, key: key($0)) }
      return keyed.sorted { a, b in
        guard let x = a.key else { return false }
        guard let y = b.key else { return true }
        if x == y { return a.run.name < b.run.name }
        return reverse ? y < x : x < y
      }.map(\.run)
    }

    private static func table(_ runs: [RunRecord]) -> TerminalTable {
      let metrics = Set(runs.compactMap { $0.metric?.name })
      let isOne = metrics.count <= 1
      let heads =
        ["name", "data", "model", "epochs"]
        + (isOne ? ["best \(metrics.first ?? "")"] : ["metric", "best"])
        + ["last", "started", "time", "state"]
      let first = isOne ? 4 : 5
      var table = TerminalTable(heads, rightAligned: [3, first, first + 1, first + 3])
      for run in runs {
        let words = RunWords(run: run)
        let metric = isOne ? [] : [run.metric?.name ?? "-"]
        table.add(
          [run.name, run.dataset ?? "-", run.model ?? "-", words.epochs] + metric
            + [
              RunWords.number(run.best), RunWords.number(run.last), words.started, words.time,
              run.state.rawValue,
            ])
      }
      return table
    }
  }
}

/// What runs are sorted by.
private enum SortKey: Comparable {
  case number(Double)
  case text(String)

  static func < (a: SortKey, b: SortKey) -> Bool {
    switch (a, b) {
    // What is no number comes after all that are.
    case (.number(let x), .number(let y)): x.isNaN ? false : y.isNaN ? true : x < y
    case (.text(let x), .text(let y)): x < y
    case (.number, .text): true
    case (.text, .number): false
    }
  }

  static func == (a: SortKey, b: SortKey) -> Bool { !(a < b) && !(b < a) }
}
