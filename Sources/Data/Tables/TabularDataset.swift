import BackpropArrays
import BackpropAutodiff

/// Rows of a table, prepared for a network: `inputs` of shape (n, numbers of a row), and `targets`, the
/// number of a class (`int32`, of shape (n)) or a standardised number (`float32`, of shape (n, 1)).
///
/// ```swift
/// let data = try TabularDataset.load("houses.csv", target: "price", seed: 1)
/// let loop = TrainingLoop(model, optimizer, data.train, batchSize: 64) { batch, mode in
///   meanSquaredError(predictions: model(batch.inputs, mode), targets: batch.targets)
/// }
/// ```
///
/// A table that lies in a file may be larger than memory. A pass over it (``source(of:)``) reads the file
/// in its order, once for every part of the pass that fits into ``windowBytes``, on a thread of its own;
/// the batches are those of a table in memory, in every bit.
public struct TabularDataset: Dataset {
  /// The table.
  public var table: CSVTable { rows.table }
  /// How its rows are prepared.
  public var preparation: TablePreparation { rows.preparation }
  /// The rows of the table, in the order of the positions.
  public let rowNumbers: [Int32]
  /// How many bytes of rows a pass over a file keeps ready; twice as many while it goes on to the next.
  public var windowBytes = 192 << 20
  private let rows: TableRows

  /// Some rows of a table.
  ///
  /// - Parameters:
  ///   - table: the table.
  ///   - preparation: how its rows are prepared.
  ///   - rows: which rows.
  /// - Throws: `CSVError` where the preparation is not one of such a table.
  public init(
    _ table: CSVTable, _ preparation: TablePreparation, rows: [Int32]
  ) throws(CSVError) {
    self.rows = try TableRows(table, preparation, hasTarget: true)
    rowNumbers = rows
  }

  public var count: Int { rowNumbers.count }

  /// Whether the table is in memory, and not in a file.
  public var isInMemory: Bool { table.store.isInMemory }

  /// The rows at these positions.
  ///
  /// Traps where the temporary file of a table cannot be read.
  public func batch(_ positions: [Int]) -> TensorDataset.Batch {
    do {
      return try rows.batch(ofRows: positions.map { rowNumbers[$0] })
    } catch {
      fatalError("TabularDataset.batch: \(error)")
    }
  }

  public func source(of pass: DataPass) -> any BatchSource<TensorDataset.Batch> {
    if isInMemory { return BatchesOnDemand(dataset: self, pass: pass) }
    return TableWindows(rows, rowNumbers, pass, bytes: windowBytes)
  }

  /// The parts of a file, prepared by what its rows to learn from are like.
  public struct Parts: Sendable {
    /// What is learned from.
    public let train: TabularDataset
    /// By what it is seen how well that goes.
    public let validation: TabularDataset
    /// What nothing is chosen by.
    public let test: TabularDataset
    /// How rows are prepared: to be kept with the model.
    public var preparation: TablePreparation { train.preparation }
  }

  /// Reads a file and splits it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - target: the column to learn: classes if it is one of categories, else numbers.
  ///   - validation: the share of the rows to choose by.
  ///   - test: the share of the rows to judge by.
  ///   - missing: what stands in for missing values.
  ///   - options: how the file is read.
  ///   - seed: from which it is drawn which row goes where; each class is split alike.
  /// - Throws: `FileError`; `CSVError` that names the line and the column.
  public static func load(
    _ path: String, target: String, validation: Double = 0.1, test: Double = 0.1,
    missing: MissingPolicy = .mean, options: CSVOptions = CSVOptions(), seed: UInt64 = 0
  ) throws -> Parts {
    var options = options
    options.required.insert(target)
    if missing == .refuse { options.requiresAllValues = true }
    let table = try CSVTable(contentsOf: path, options: options)
    return try table.split(
      target: target, validation: validation, test: test, missing: missing, seed: seed)
  }
}

extension CSVTable {
  /// The table in three parts, prepared by what the rows to learn from are like; as
  /// ``TabularDataset/load(_:target:validation:test:missing:options:seed:)``.
  ///
  /// - Parameters:
  ///   - target: the column to learn.
  ///   - validation: the share of the rows to choose by.
  ///   - test: the share of the rows to judge by.
  ///   - missing: what stands in for missing values.
  ///   - seed: from which it is drawn which row goes where.
  /// - Throws: `CSVError`; `FileError` where the table lies in a file that cannot be read.
  public func split(
    target: String, validation: Double = 0.1, test: Double = 0.1, missing: MissingPolicy = .mean,
    seed: UInt64 = 0
  ) throws -> TabularDataset.Parts {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      fatalError(
        "split: shares of \(validation) and \(test); neither is negative, and both leave some")
    }
    let parts = ExamplePositions(count: rowCount).split(
      [1 - validation - test, validation, test], stratifiedBy: try classes(of: index(of: target)),
      seed: seed)
    let preparation = try TablePreparation(self, target: target, rows: parts[0], missing: missing)
    return TabularDataset.Parts(
      train: try TabularDataset(self, preparation, rows: parts[0]),
      validation: try TabularDataset(self, preparation, rows: parts[1]),
      test: try TabularDataset(self, preparation, rows: parts[2]))
  }

  /// Whether a column of numbers has those of a few classes: 0, 1, 2, … or 1, 2, …, all of them, each
  /// ten times on average.
  ///
  /// - Throws: `CSVError` if there is no such column; `FileError`.
  package func looksLikeClasses(column name: String) throws -> Bool {
    let column = try index(of: name)
    guard columns[column].type == .number, columns[column].origin == 0 else { return false }
    let most = 20
    var found = Set<Int>()
    var isWhole = true
    try store.forEachPart { rows, cells in
      for index in 0..<rows.count where isWhole {
        let number = Float(bitPattern: cells[index * columns.count + column])
        isWhole = number >= 0 && number <= Float(most) && number.rounded() == number
        if isWhole { found.insert(Int(number)) }
      }
    }
    guard isWhole, let least = found.min(), let largest = found.max() else { return false }
    return least <= 1 && found.count > 1 && found.count == largest - least + 1
      && rowCount >= 10 * found.count
  }

  /// The class of each row by a column of categories; `nil` for another.
  private func classes(of column: Int) throws -> [Int]? {
    guard columns[column].type == .category else { return nil }
    let ranks = columns[column].ranks
    var result: [Int] = []
    result.reserveCapacity(rowCount)
    try store.forEachPart { rows, cells in
      for index in 0..<rows.count {
        let cell = cells[index * columns.count + column]
        result.append(cell == CSVBlock.missingCategory ? -1 : Int(ranks[Int(cell)]))
      }
    }
    return result
  }
}
