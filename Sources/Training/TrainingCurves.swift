import BackpropPlots

extension Figure {
  /// How training went: the loss of each epoch on the left, what the evaluation gave on the right.
  ///
  /// ```swift
  /// try Figure(trainingCurves: reports).write(to: "curves.svg")
  /// ```
  public init(trainingCurves reports: [EpochReport]) {
    self.init(width: 900, height: 360, rows: 1, columns: 2)
    let epochs = reports.map { Double($0.epoch) }
    self[0, 0].title = "Loss"
    self[0, 0].xlabel = "epoch"
    self[0, 0].grid = true
    self[0, 0].plot(epochs, reports.map(\.loss), marker: .circle)
    self[0, 1].title = "Evaluation"
    self[0, 1].xlabel = "epoch"
    self[0, 1].grid = true
    let styles: [(LineStyle, Marker)] = [(.dashed, .square), (.solid, .circle), (.dotted, .cross)]
    for (index, name) in Set(reports.flatMap(\.metrics.keys)).sorted().enumerated() {
      let (style, marker) = styles[index % styles.count]
      self[0, 1].plot(
        epochs, reports.map { $0.metrics[name] ?? .nan }, label: name, style: style,
        marker: marker)
    }
  }
}
