import BackpropPlots

extension Figure {
  /// A search as a picture: the metric by trial, with the best so far, and by each setting.
  public init(searchResults results: SearchResults) {
    let (metric, dimensions) = (results.search.goal.metric, results.search.space.dimensions)
    let columns = min(3, dimensions.count + 1)
    let rows = (dimensions.count + columns) / columns
    self.init(
      width: 320 * Double(columns), height: 280 * Double(rows), rows: rows, columns: columns)
    let trials = results.trials.filter { $0.value(of: metric) != nil }
    let values = trials.map { $0.value(of: metric)! }
    for index in axes.indices {
      if index <= dimensions.count { axes[index].grid = true } else { axes[index].frame = .hidden }
    }

    axes[0].title = metric
    axes[0].xlabel = "trial"
    axes[0].scatter(trials.map { Double($0.trial) }, values)
    var best: [Double] = []
    for value in values {
      best.append(results.search.goal.isBetter(value, than: best.last) ? value : best.last!)
    }
    axes[0].plot(trials.map { Double($0.trial) }, best, label: "best so far", style: .dashed)

    for (index, dimension) in dimensions.enumerated() {
      axes[index + 1].plot(dimension, trials, values, goal: results.search.goal)
    }
  }
}

extension Axes {
  /// The metric by one setting: points where it is a number, else the best of each value.
  fileprivate mutating func plot(
    _ dimension: SearchSpace.Dimension, _ trials: [TrialResult], _ values: [Double],
    goal: MetricGoal
  ) {
    title = "by \(dimension.name)"
    xlabel = dimension.name
    let texts = trials.map { $0.settings[dimension.name] ?? "" }
    let numbers = texts.compactMap { Double($0) }
    if numbers.count == texts.count {
      if let least = numbers.min(), let largest = numbers.max(), least > 0, largest >= 10 * least {
        xscale = .log
      }
      scatter(numbers, values)
      return
    }
    guard case .list(let categories) = dimension.values, let low = values.min(),
      let high = values.max()
    else { return }
    let best = categories.map { category in
      zip(texts, values).reduce(Double?.none) { best, trial in
        trial.0 == category && goal.isBetter(trial.1, than: best) ? trial.1 : best
      } ?? .nan
    }
    bar(categories, best, showsValues: true)
    // Bars from 0 would hide what differs.
    let margin = max((high - low) * 0.1, abs(high) * 0.01)
    if margin > 0 { ylim = low - margin...high + margin }
  }
}
