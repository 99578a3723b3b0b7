import Foundation

/// The tables of docs/course.md.
struct CourseTables {
  struct Row {
    let cells: [String: String]
    let section: String
    let line: Int

    /// A cell without its backticks.
    subscript(column: String) -> String {
      var text = cells[column] ?? ""
      if text.hasPrefix("`"), text.hasSuffix("`"), text.count >= 2 {
        text = String(text.dropFirst().dropLast())
      }
      return text
    }

    /// Whether the row holds only for MNIST and the course's weights.
    var needsData: Bool { section.contains("With MNIST") }
    /// Whether it takes a long run too.
    var isLong: Bool { needsData && section.contains("full run") }
  }

  let rows: [Row]

  /// Rows of tables that have these columns.
  func rows(with columns: String...) -> [Row] {
    rows.filter { row in columns.allSatisfy { row.cells[$0] != nil } }
  }

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/course.md"), encoding: .utf8)
    var rows: [Row] = []
    var header: [String] = []
    var section = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("#") { section = String(line) }
      guard line.hasPrefix("|") else {
        header = []
        continue
      }
      let cells = line.dropFirst().dropLast().split(
        separator: "|", omittingEmptySubsequences: false
      ).map { $0.trimmingCharacters(in: .whitespaces) }
      if header.isEmpty {
        header = cells
      } else if !cells.allSatisfy({ $0.allSatisfy { $0 == "-" } }) || cells.allSatisfy(\.isEmpty) {
        rows.append(
          Row(
            cells: Dictionary(zip(header, cells), uniquingKeysWith: { first, _ in first }),
            section: section, line: index + 1))
      }
    }
    self.rows = rows
  }
}

/// A number as written in a cell: its value, and half a unit of its last digit.
struct WrittenNumber {
  let value: Double
  let halfUnit: Double
  let digits: Int

  /// The numbers of a text, in order; True counts as 1 and False as 0.
  static func all(in text: String) -> [WrittenNumber] {
    text.matches(of: /True|False|[-−]?\d+(?:\.(\d*))?(?:e([-+]?\d+))?/).compactMap { match in
      let token = match.output.0.replacing("−", with: "-")
      if token == "True" || token == "False" {
        return WrittenNumber(value: token == "True" ? 1 : 0, halfUnit: 0, digits: 1)
      }
      guard let value = Double(token) else { return nil }
      let fraction = match.output.1?.count ?? 0
      let exponent = match.output.2.flatMap { Int($0) } ?? 0
      let mantissa = token.prefix { $0 != "e" }.filter(\.isNumber)
      return WrittenNumber(
        value: value, halfUnit: 0.5 * pow(10, Double(exponent - fraction)),
        digits: mantissa.drop { $0 == "0" }.count)
    }
  }
}
