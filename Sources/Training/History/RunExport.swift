import BackpropFiles

/// The metrics of runs as one file for other programs.
public enum RunExport {
  /// A table with a row for each epoch of each run, as CSV (RFC 4180): the run's name, data set, model
  /// and state, the epoch, the step, the loss, all metrics, and steps a second. What a run does not
  /// tell is empty.
  public static func csv(_ runs: [RunRecord]) -> String {
    let epochs = runs.map { $0.epochs() }
    let metrics = Set(epochs.joined().flatMap(\.metrics.keys)).sorted()
    let head =
      ["run", "dataset", "model", "state", "epoch", "step", "loss"] + metrics + ["stepsPerSecond"]
    var text = head.map(field).joined(separator: ",") + "\n"
    for (run, reports) in zip(runs, epochs) {
      let start = [run.name, run.dataset ?? "", run.model ?? "", run.state.rawValue].map(field)
      for report in reports {
        let numbers =
          [String(report.epoch), String(report.step), number(report.loss)]
          + metrics.map { report.metrics[$0].map(number) ?? "" }
          + [number(report.stepsPerSecond)]
        text += (start + numbers).joined(separator: ",") + "\n"
      }
    }
    return text
  }

  /// A list with an object for each run: its name, folder, state, settings, times, systems, problems
  /// and epochs.
  public static func json(_ runs: [RunRecord]) -> String {
    "[\n" + runs.map(json).joined(separator: ",\n") + "\n]\n"
  }

  private static func json(_ run: RunRecord) -> String {
    let (reports, problems) = run.allEpochs()
    var members: [String] = []
    func add(_ name: String, _ value: String?) {
      members.append("\(jsonQuoted(name)): \(value ?? "null")")
    }
    add("name", jsonQuoted(run.name))
    add("path", jsonQuoted(run.path))
    add("state", jsonQuoted(run.state.rawValue))
    add("dataset", run.dataset.map(jsonQuoted))
    add("model", run.model.map(jsonQuoted))
    add("started", run.started.map { jsonQuoted(UTCTime.text($0)) })
    add("ended", run.ended.map { jsonQuoted(UTCTime.text($0)) })
    add("seconds", run.seconds.map(jsonNumber))
    add("steps", run.steps.map(String.init))
    add("metric", run.metric.map { jsonQuoted($0.name) })
    add("best", run.best.map(jsonNumber))
    add("last", run.last.map(jsonNumber))
    add("error", run.error.map(jsonQuoted))
    let settings = run.settings.map { "\(jsonQuoted($0.name)): \(jsonQuoted($0.value))" }
    add("settings", "{" + settings.joined(separator: ", ") + "}")
    add("problems", "[" + (run.problems + problems).map(jsonQuoted).joined(separator: ", ") + "]")
    let epochs = reports.map { report in
      let metrics = report.metrics.sorted { $0.key < $1.key }.map {
        ", \(jsonQuoted($0.key)): \(jsonNumber($0.value))"
      }
      return "{\"epoch\": \(report.epoch), \"step\": \(report.step), "
        + "\"loss\": \(jsonNumber(report.loss))\(metrics.joined()), "
        + "\"stepsPerSecond\": \(jsonNumber(report.stepsPerSecond))}"
    }
    add("epochs", "[" + epochs.joined(separator: ",\n    ") + "]")
    return "  {" + members.joined(separator: ",\n   ") + "}"
  }

  /// A number as CSV has it: what is none stands as programs for tables read it.
  private static func number(_ value: Double) -> String {
    value.isNaN ? "nan" : value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
  }

  /// A number as JSON has it, which knows no NaN and no infinity.
  private static func jsonNumber(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

  private static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    // By scalars: a mark that is drawn over a quotation mark must not hide it.
    var quoted = "\""
    for scalar in text.unicodeScalars {
      quoted.unicodeScalars.append(scalar)
      if scalar == "\"" { quoted += "\"" }
    }
    return quoted + "\""
  }
}
