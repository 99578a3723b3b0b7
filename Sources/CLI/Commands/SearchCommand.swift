import ArgumentParser
import Backprop

/// `backprop search`
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Train with many settings, and find the best.",
    discussion: """
      Trains once for each combination of the settings that --grid lists, or as often as --random \
      says with settings drawn from lists and ranges, and compares the trainings by a metric. All \
      other options are those of 'backprop train', for all trials.

      The folder holds search.json (what is searched), a run's folder for each trial, results.jsonl \
      (a line for each trial that ended), table.txt (the best first) and search.svg (the same as a \
      picture). A search that was cut off goes on with --resume, its trainings too. The same \
      options give the same results, however many trials run at once.

      EXAMPLES:
        backprop search --grid learning-rate=0.01,0.1 --grid hidden=50,100 --output searches/first
        backprop search --random 20 --range learning-rate=1e-4..1e-1:log --grid optimizer=adam,lion
        backprop search --resume searches/first --parallel 4
      """)

  @OptionGroup(title: "What to try") var options: SearchOptions
  @OptionGroup(title: "Settings of all trials") var train: Train

  func validate() throws {
    if train.folder.resume != nil {
      let settings = options.given + train.given
      if !settings.isEmpty {
        throw ValidationError(
          "--resume goes on with the search as it is; it takes no \(settings.joined(separator: ", "))"
        )
      }
      return
    }
    try train.refuse(
      ["--overwrite", "--tensorboard"],
      "search trains many times, each trial in its own folder below --output")
    if options.grid.isEmpty && options.range.isEmpty {
      throw ValidationError("nothing to try: give settings by --grid or --range")
    }
    do {
      var search = Search(try train.trainingConfiguration(), goal: MetricGoal("loss", .smallest))
      search.space = try options.space()
      search.randomTrials = options.randomTrials
      _ = try search.trials()
    } catch let error as TrainingError {
      throw ValidationError(error.textWithOptions)
    }
  }

  func run() throws {
    train.threads.apply()
    let folder = try train.folder.resume.map { try SearchFolder(resuming: $0) } ?? begin()
    let search = folder.search
    let names = search.space.dimensions.map(\.name)
    let (isForPeople, count, metric) = (!train.json, folder.trials.count, search.goal.metric)
    if isForPeople {
      let done = folder.results.trials.count
      StandardOutput.write(
        "\(count) trials" + (done > 0 ? ", of which \(done) are done" : "") + ", by \(metric)")
    }
    Interruption.watch()
    let results = try folder.run(
      parallel: options.parallel, atMost: options.trials,
      prepare: { _, training in
        training.loop.observers.append(InterruptionWatch(training.loop.control))
      },
      onResult: { result in
        StandardOutput.write(
          isForPeople
            ? text(of: result, names, metric, of: count)
            : json(of: result, names, folder: folder.path(of: folder.trials[result.trial - 1])))
      })
    if isForPeople {
      report(results, folder)
    } else {
      let best = results.best
      StandardOutput.write(
        JSONValue.object([
          ("event", "done"), ("trials", .integer(results.trials.count)),
          ("best", best.map { .integer($0.trial) } ?? .null),
          (MetricNames.key(metric), best?.value(of: metric).map(JSONValue.number) ?? .null),
          ("folder", best.map { .string(folder.path(of: folder.trials[$0.trial - 1])) } ?? .null),
        ]).description)
    }
    if !results.isComplete && Interruption.isRequested {
      StandardError.write(
        "interrupted after \(results.trials.count) of \(count) trials; go on with: "
          + "backprop search --resume \(shellQuoted(folder.path))")
      throw ExitStatus.interrupted
    }
  }

  /// A new search, by the options.
  private func begin() throws -> SearchFolder {
    let configuration = try train.configurationWithDataFolder()
    // Data that are not there are found out before a folder is made.
    let data = SharedData()
    let task = try configuration.makeTask(sharing: data)
    let known = ["loss"] + task.metrics
    let metric = options.metric ?? task.goal.metric
    guard known.contains(metric) else {
      throw ValidationError(
        "the option --metric is '\(metric)', expected one of \(known.joined(separator: ", "))")
    }
    let goal = metric == task.goal.metric ? task.goal : MetricGoal(named: metric)
    var search = Search(configuration, goal: goal)
    search.space = try options.space()
    search.randomTrials = options.randomTrials
    let said = ["learning-rate": train.rates.learningRate, "weight-decay": train.rates.weightDecay]
    search.followingOptimizer.removeAll { said[$0]! != nil }
    for trial in try search.trials()
    where trial.settings["dataset"] == nil && trial.settings["validation"] == nil {
      try trial.configuration.validate(exampleCount: task.examples.count)
    }
    return try SearchFolder(
      train.folder.output ?? RunFolder.freshPath(dataset: configuration.dataset, in: "searches"),
      search, sharing: data)
  }

  private func report(_ results: SearchResults, _ folder: SearchFolder) {
    StandardOutput.write("\n" + results.table(limit: 20))
    if StandardOutput.isTerminal, results.trials.count > 1 {
      StandardOutput.write(
        "\n" + Figure(searchResults: results).text(columns: StandardOutput.chartColumns))
    }
    if let best = results.best {
      let run = folder.path(of: folder.trials[best.trial - 1])
      StandardOutput.write("best: trial \(best.trial), weights: \(run)/model.safetensors")
    }
    StandardOutput.write("results: \(folder.path)")
  }
}

/// A trial in a line for people.
private func text(
  of result: TrialResult, _ names: [String], _ metric: String, of count: Int
) -> String {
  let settings = names.map { "\($0) \(result.settings[$0] ?? "")" }.joined(separator: ", ")
  let value: String
  if result.outcome == .diverged {
    value = "diverged"
  } else {
    let number: Double = result.metrics[metric] ?? .nan
    value = metric + formatted(" %.4f", number)
  }
  return formatted("trial %*d/%d  ", String(count).count, result.trial, count)
    + "\(settings)  \(value)" + formatted("  %.2f s", result.seconds)
}

/// A trial in a line for programs.
private func json(of result: TrialResult, _ names: [String], folder: String) -> String {
  var members: [(String, JSONValue)] = [
    ("event", "trial"), ("trial", .integer(result.trial)),
    ("settings", .object(names.map { ($0, .string(result.settings[$0] ?? "")) })),
    ("outcome", .string(result.outcome.rawValue)),
  ]
  for (name, value) in result.metrics.sorted(by: { $0.key < $1.key }) {
    members.append((MetricNames.key(name), .number(value)))
  }
  members += [
    ("steps", .integer(result.steps)), ("seconds", .number(result.seconds)),
    ("folder", .string(folder)),
  ]
  return JSONValue.object(members).description
}
