import BackpropAutodiff
import BackpropFiles

extension TablePreparation {
  /// The rows of a file as a model takes them, which was made with this preparation.
  ///
  /// The columns are found by their names, in any order; others are passed over, the target too, which
  /// need not be there. In a file without names they lie as in the file that was learned from, with the
  /// target or without.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - options: how it is read; types are those that the preparation knows.
  /// - Returns: numbers of shape (rows, ``inputCount``).
  /// - Throws: `FileError`; `CSVError` that names the line and the column, for a category that was not
  ///   among those that were learned from too.
  public func inputs(
    contentsOf path: String, options: CSVOptions = CSVOptions()
  ) throws -> Tensor {
    let table = try table(contentsOf: path, options: options, demandingTarget: false)
    let rows = try TableRows(table, self, hasTarget: false)
    return try rows.batch(ofRows: (0..<Int32(table.rowCount)).map { $0 }).inputs
  }

  /// A file with the target, as a data set: to judge a model by.
  ///
  /// - Throws: as `inputs(contentsOf:options:)`.
  public func dataset(
    contentsOf path: String, options: CSVOptions = CSVOptions()
  ) throws -> TabularDataset {
    let table = try table(contentsOf: path, options: options, demandingTarget: true)
    return try TabularDataset(table, self, rows: (0..<Int32(table.rowCount)).map { $0 })
  }

  /// A file whose columns are taken for what they were, under the names that they had.
  private func table(
    contentsOf path: String, options: CSVOptions, demandingTarget: Bool
  ) throws -> CSVTable {
    var options = options
    options.types = [:]
    options.missing = Set(missing)
    var names: [String] = []
    let table = try CSVTable(contentsOf: path, options: options) { columns in
      names = try wantedNames(of: columns.map(\.name), path, demandingTarget: demandingTarget)
      for index in columns.indices {
        columns[index].column = wanted(names[index], columns[index].column, demandingTarget)
      }
    }
    return table.renamed(names)
  }

  /// The names that the columns of a file have, or had in the file that was learned from.
  private func wantedNames(
    of found: [String], _ path: String, demandingTarget: Bool
  ) throws -> [String] {
    let needed = inputs.map(\.name) + (demandingTarget ? [target] : [])
    let missing = needed.filter { !found.contains($0) }
    if missing.isEmpty { return found }
    // A file that has no names gets some that none in print has.
    let isUnnamed = found.indices.allSatisfy { found[$0] == "column\($0 + 1)" }
    if isUnnamed && found.count == columnNames.count { return columnNames }
    if isUnnamed && found.count == columnNames.count - 1 && !demandingTarget {
      return columnNames.filter { $0 != target }
    }
    throw CSVError(.missingColumns(missing, found: found), file: path)
  }

  private func wanted(
    _ name: String, _ found: CSVColumn, _ demandingTarget: Bool
  ) -> CSVColumn {
    var column = CSVColumn(type: .ignored, isAsked: true, origin: found.origin)
    if name == target {
      guard demandingTarget else { return column }
      column.refusesMissing = true
      switch goal {
      case .classes(let names): (column.type, column.known) = (.category, InternedTexts(names))
      case .number: column.type = .number
      }
    } else if let input = inputs.first(where: { $0.name == name }) {
      switch input.kind {
      case .number(_, _, let fill):
        (column.type, column.refusesMissing) = (.number, fill == nil)
      case .category(let values, let fill):
        (column.type, column.known) = (.category, InternedTexts(values))
        column.refusesMissing = fill == nil
      }
    }
    return column
  }
}
