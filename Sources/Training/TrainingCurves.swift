import BackpropPlots

extension Figure {
  /// How training went: the loss of each epoch on the left, the share of training and test
  /// examples classified correctly on the right.
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
    self[0, 1].title = "Accuracy"
    self[0, 1].xlabel = "epoch"
    self[0, 1].grid = true
    self[0, 1].plot(epochs, reports.map(\.trainAccuracy), label: "train", marker: .circle)
    self[0, 1].plot(
      epochs, reports.map(\.testAccuracy), label: "test", style: .dashed, marker: .square)
  }
}
