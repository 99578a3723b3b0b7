import BackpropPlots

/// A whole number with so many digits at least.
func zeroPadded(_ value: Int, to count: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, count - digits.count)) + digits
}

/// A number with so many decimals.
func decimalText(_ value: Double, decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  guard value.isFinite, abs(value) * scale < 1e18 else { return "\(value)" }
  let digits = zeroPadded(Int((abs(value) * scale).rounded()), to: decimals + 1)
  if decimals == 0 { return (value < 0 ? "-" : "") + digits }
  return (value < 0 ? "-" : "") + digits.dropLast(decimals) + "." + digits.suffix(decimals)
}

/// Rows of cells as lines of equal columns, as a terminal shows them: the first column from the left, the
/// others from the right. A row without cells is an empty line.
package func alignedTable(_ rows: [[String]]) -> String {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.map { column < $0.count ? TextColumns.count($0[column]) : 0 }.max() ?? 0
  }
  return rows.map { cells in
    cells.enumerated().map { column, cell in
      let space = String(repeating: " ", count: widths[column] - TextColumns.count(cell))
      return column == 0 ? cell + space : space + cell
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}
