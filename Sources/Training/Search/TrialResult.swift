/// What came of a trial of a search.
public struct TrialResult: Codable, Sendable, Hashable {
  /// How it ended.
  public enum Outcome: String, Codable, Sendable {
    /// It trained to the end, or as long as it got better.
    case completed
    /// The loss became no number.
    case diverged
  }

  /// The number of the trial.
  public let trial: Int
  /// The settings that are its own, by name.
  public let settings: [String: String]
  /// How it ended.
  public let outcome: Outcome
  /// What its last evaluation gave, by name; with `loss`, the mean loss of the last epoch. Empty where it
  /// diverged in the first.
  public let metrics: [String: Double]
  /// The number of steps done.
  public let steps: Int
  /// The seconds that the steps took.
  public let seconds: Double
  /// What went wrong; `nil` if nothing did.
  public let problem: String?

  /// How good it is by a metric; `nil` where it diverged or has no such metric.
  public func value(of metric: String) -> Double? {
    guard outcome == .completed, let value = metrics[metric], !value.isNaN else { return nil }
    return value
  }
}

/// What came of all trials of a search so far.
public struct SearchResults: Sendable, Hashable {
  /// What was searched.
  public let search: Search
  /// The trials that ended, by number.
  public let trials: [TrialResult]
  /// The number of trials in all.
  public let trialCount: Int

  /// Whether no trial is left.
  public var isComplete: Bool { trials.count == trialCount }

  /// The trials from the best to the worst; those that have no value last. Of equals, the one with the lower
  /// number comes first.
  public var ranking: [TrialResult] {
    let metric = search.goal.metric
    return trials.sorted { a, b in
      switch (a.value(of: metric), b.value(of: metric)) {
      case (let x?, let y?) where x != y:
        return search.goal.isBetter(x, than: y)
      case (_?, nil): return true
      case (nil, _?): return false
      default: return a.trial < b.trial
      }
    }
  }

  /// The best trial; `nil` where none has a value.
  public var best: TrialResult? {
    ranking.first.flatMap { $0.value(of: search.goal.metric) == nil ? nil : $0 }
  }

  /// The trials as a table, the best first: their settings, the metric, the loss.
  ///
  /// - Parameter limit: how many at most.
  public func table(limit: Int = .max) -> String {
    let (names, metric) = (search.space.dimensions.map(\.name), search.goal.metric)
    let others = metric == "loss" ? [] : ["loss"]
    var rows = [["trial"] + names + [metric] + others + ["seconds"]]
    for trial in ranking.prefix(limit) {
      var cells = ["\(trial.trial)"] + names.map { trial.settings[$0] ?? "" }
      cells += ([metric] + others).map { name in
        trial.outcome == .diverged
          ? (name == metric ? "diverged" : "")
          : trial.metrics[name].map { decimalText($0, decimals: 4) } ?? ""
      }
      rows.append(cells + [decimalText(trial.seconds, decimals: 2)])
    }
    let table = alignedTable(rows)
    return trials.count > limit ? table + "\n… and \(trials.count - limit) more" : table
  }
}
