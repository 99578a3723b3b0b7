extension ConfusionMatrix {
  /// Precision, recall and F₁ of each class as a table, with its number of examples and, below, the
  /// averages: as scikit-learn's `classification_report`.
  ///
  /// - Parameter classNames: what the classes are called, in order.
  public func report(classNames: [String]) -> String {
    var rows = [["class", "precision", "recall", "F1", "examples"]]
    func row(_ name: String, _ values: [Double], _ examples: Int) {
      rows.append([name] + values.map { decimalText($0, decimals: 4) } + ["\(examples)"])
    }
    for index in counts.indices {
      let name = index < classNames.count ? classNames[index] : "\(index)"
      row(name, [precision(of: index), recall(of: index), f1(of: index)], examples(of: index))
    }
    rows.append([])
    for average in [ClassAverage.macro, .weighted] {
      row(
        "\(average.rawValue) mean", [precision(average), recall(average), f1(average)], count)
    }
    return alignedTable(rows)
  }
}
