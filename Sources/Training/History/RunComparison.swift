import BackpropPlots

/// Several runs side by side: what was asked differently, and what came of it.
public struct RunComparison: Sendable {
  /// The runs, in the order in which they were given.
  public let runs: [RunRecord]
  /// What was asked, where not all runs were asked the same.
  public let settings: [Row]
  /// What came of it.
  public let figures: [Row]
  /// The metric by which they are compared; `nil` if no run tells one.
  public let metric: RunMetric?

  private let epochs: [[EpochReport]]

  /// A line of the comparison: a value of each run.
  public struct Row: Sendable, Hashable {
    /// What the values are.
    public let name: String
    /// A value of each run; `nil` where a run has none.
    public let values: [String?]
    /// The values as numbers, where they are.
    public let numbers: [Double?]
    /// Which of them is best, if one is.
    public let best: Int?
  }

  /// Compares runs.
  ///
  /// - Parameters:
  ///   - runs: the runs.
  ///   - metric: by what; `nil` for the metric by which the first that tells one is judged.
  public init(_ runs: [RunRecord], by metric: String? = nil) {
    self.runs = runs
    let metric = metric.map { RunMetric($0) } ?? runs.lazy.compactMap(\.metric).first
    self.metric = metric
    epochs = runs.map { $0.epochs() }
    settings = Self.differences(runs)

    var rows: [Row] = []
    let names = epochs.flatMap { $0.flatMap(\.metrics.keys) }
    let others = Set(names).subtracting(metric.map { [$0.name] } ?? []).sorted()
    for metric in (metric.map { [$0] } ?? []) + (["loss"] + others).map({ RunMetric($0) }) {
      if rows.contains(where: { $0.name == "best \(metric.name)" }) { continue }
      let values = epochs.map { $0.compactMap { $0.value(of: metric.name) } }
      let best = values.map { values in
        values.dropFirst().reduce(values.first) { metric.isBetter($1, than: $0!) ? $1 : $0 }
      }
      let last = zip(epochs, values).map { epochs, values in
        epochs.last.flatMap { $0.value(of: metric.name) } ?? values.last
      }
      rows.append(Row("best \(metric.name)", best, metric))
      rows.append(Row("last \(metric.name)", last, metric))
    }
    rows.append(Row("epochs", epochs.map { Double($0.last?.epoch ?? 0) }))
    rows.append(Row("steps", runs.map { $0.steps.map(Double.init) }))
    rows.append(
      Row(
        "steps a second",
        epochs.map { reports in
          let rates = reports.map(\.stepsPerSecond).filter(\.isFinite)
          return rates.isEmpty ? nil : (rates.reduce(0, +) / Double(rates.count)).rounded()
        }))
    rows.append(Row("seconds", runs.map { $0.seconds.map { ($0 * 1000).rounded() / 1000 } }))
    figures = rows
  }

  /// The settings of which not all runs have the same.
  private static func differences(_ runs: [RunRecord]) -> [Row] {
    var names: [String] = []
    var tables: [[String: String]] = []
    for run in runs {
      var table: [String: String] = [:]
      for setting in run.settings {
        table[setting.name] = setting.value
        if !names.contains(setting.name) { names.append(setting.name) }
      }
      tables.append(table)
    }
    return names.compactMap { name in
      let values = tables.map { $0[name] }
      return Set(values).count > 1
        ? Row(
          name: name, values: values, numbers: values.map { $0.flatMap(Double.init) }, best: nil)
        : nil
    }
  }

  /// The runs as curves: the loss of each epoch on the left, the metric by which they are compared on
  /// the right.
  public var figure: Figure {
    var figure = Figure(width: 900, height: 400, rows: 1, columns: 2)
    let styles: [LineStyle] = [.solid, .dashed, .dotted, .dashDotted]
    for (column, metric) in [RunMetric("loss"), metric ?? RunMetric("loss")].enumerated() {
      figure[0, column].title = column == 0 ? "Loss" : metric.name
      figure[0, column].xlabel = "epoch"
      figure[0, column].grid = true
      for (index, reports) in epochs.enumerated() {
        figure[0, column].plot(
          reports.map { Double($0.epoch) }, reports.map { $0.value(of: metric.name) ?? .nan },
          label: runs[index].name, style: styles[index / 8 % styles.count],
          marker: reports.count < 60 ? .circle : nil)
      }
    }
    return figure
  }
}

extension RunComparison.Row {
  fileprivate init(_ name: String, _ numbers: [Double?], _ metric: RunMetric? = nil) {
    self.name = name
    self.numbers = numbers
    values = numbers.map { $0.map(RunText.number) }
    var best: Int?
    if let metric, Set(numbers).count > 1 {
      for (index, number) in numbers.enumerated() {
        guard let number, !number.isNaN else { continue }
        if let known = best, !metric.isBetter(number, than: numbers[known]!) { continue }
        best = index
      }
    }
    self.best = best
  }
}

/// Numbers of runs as tables write them.
package enum RunText {
  /// With four decimals where it has some, or as short as it is where those would not show it.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    guard abs(value) >= 1e-3, abs(value) < 1e9 else { return "\(Float(value))" }
    return decimalText(value, decimals: 4)
  }
}
