import Backprop

/// Rows of texts in columns, as wide as a terminal shows them.
struct TerminalTable {
  /// What stands above each column.
  let heads: [String]
  /// Which columns are aligned to the right, as numbers are.
  let rightAligned: Set<Int>
  private var rows: [[String]] = []

  /// A table without rows.
  init(_ heads: [String], rightAligned: Set<Int> = []) {
    self.heads = heads
    self.rightAligned = rightAligned
  }

  /// Adds a row: a text for each column.
  mutating func add(_ row: [String]) { rows.append(row.map(TextColumns.withoutControls)) }

  /// The lines: heads, then rows.
  ///
  /// - Parameter columns: how wide they may be; the first column is shortened to that, down to ten
  ///   columns. Nothing is shortened if nil.
  func lines(columns: Int? = nil) -> [String] {
    var widths = heads.indices.map { column in
      ([heads] + rows).map { TextColumns.count($0[column]) }.max() ?? 0
    }
    if let columns {
      let others = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
      widths[0] = min(widths[0], max(10, columns - others))
    }
    return ([heads] + rows).map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let shown = TextColumns.truncated(text, to: widths[column])
        let space = String(repeating: " ", count: widths[column] - TextColumns.count(shown))
        line += (column > 0 ? "  " : "")
        line += rightAligned.contains(column) ? space + shown : shown + space
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Writes the table; on a terminal no wider than that.
  func write() {
    let columns = StandardOutput.isTerminal ? StandardOutput.columns : nil
    for line in lines(columns: columns) { StandardOutput.write(line) }
  }
}
