extension Evaluation {
  /// The confusion matrix as a table: a row for each true class, a column for each prediction, and
  /// last how large a share of the row is right.
  ///
  /// - Parameter classNames: what the classes are called, in order.
  public func confusionTable(classNames: [String]) -> String {
    let header = ["true \\ predicted"] + confusion.indices.map(String.init) + ["correct"]
    let isNumbered = classNames == confusion.indices.map(String.init)
    let rows = confusion.enumerated().map { truth, counts -> [String] in
      let total = counts.reduce(0, +)
      let tenths = total == 0 ? 0 : (Double(counts[truth]) / Double(total) * 1000).rounded()
      // Columns are headed by numbers, so a row with a name gives its number too.
      let name = isNumbered ? "\(truth)" : "\(truth) \(classNames[truth])"
      return [name] + counts.map(String.init) + [total == 0 ? "-" : "\(tenths / 10) %"]
    }
    return alignedTable([header] + rows)
  }
}
