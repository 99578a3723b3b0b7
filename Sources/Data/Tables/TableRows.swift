import BackpropArrays
import BackpropAutodiff

/// Rows of a table as a network takes them, by a preparation.
struct TableRows: Sendable {
  /// A column of numbers.
  private struct Number {
    let column: Int, output: Int
    /// `(x + shift) * scale`.
    let shift: Double, scale: Double
    /// In place of a missing one.
    let fill: Float
  }

  /// A column of categories.
  private struct Category {
    let column: Int, output: Int
    /// Where in `places` its categories begin.
    let first: Int
    /// The place for a missing one.
    let fill: Int32
  }

  private enum Target {
    case none
    case number(Number)
    case category(Category)
  }

  let table: CSVTable
  let preparation: TablePreparation
  private let width: Int
  private var numbers: [Number] = []
  private var categories: [Category] = []
  /// For the number of each category its place among the numbers that the column becomes.
  private var places: [Int32] = []
  private var target = Target.none

  /// Rows of a table whose columns have the names that the preparation knows.
  ///
  /// - Throws: `CSVError` where the table does not fit.
  init(_ table: CSVTable, _ preparation: TablePreparation, hasTarget: Bool) throws(CSVError) {
    self.table = table
    self.preparation = preparation
    width = preparation.inputCount
    var output = 0
    for input in preparation.inputs {
      let column = try table.index(of: input.name)
      switch input.kind {
      case .number(let mean, let deviation, let fill):
        try require(column, .number)
        numbers.append(number(column, output, mean, deviation, fill ?? mean))
      case .category(let values, let fill):
        try require(column, .category)
        categories.append(try category(column, output, values, fill ?? 0))
      }
      output += input.width
    }
    guard hasTarget else { return }
    let column = try table.index(of: preparation.target)
    switch preparation.goal {
    case .number(let mean, let deviation):
      try require(column, .number)
      target = .number(number(column, 0, mean, deviation, mean))
    case .classes(let names):
      try require(column, .category)
      target = .category(try category(column, 0, names, 0))
    }
  }

  private func require(_ column: Int, _ type: ColumnType) throws(CSVError) {
    let found = table.columns[column]
    if found.type != type {
      throw CSVError(
        type == .number
          ? .notANumber(found: found.categories.first ?? found.type.rawValue)
          : .missingColumns([found.name], found: []), file: table.file, column: found.name)
    }
  }

  private func number(
    _ column: Int, _ output: Int, _ mean: Double, _ deviation: Double, _ fill: Double
  ) -> Number {
    Number(
      column: column, output: output, shift: table.columns[column].origin - mean,
      scale: 1 / deviation, fill: Float((fill - mean) / deviation))
  }

  private mutating func category(
    _ column: Int, _ output: Int, _ values: [String], _ fill: Int
  ) throws(CSVError) -> Category {
    let found = table.columns[column]
    let known = InternedTexts(values)
    let first = places.count
    // By the number that a cell has: the place of the text that it stands for.
    for rank in found.ranks {
      let text = found.categories[Int(rank)]
      guard let place = Array(text.utf8).withUnsafeBufferPointer({ known.find($0) }) else {
        throw CSVError(
          .unknownCategory(found: text, known: values), file: table.file, column: found.name)
      }
      places.append(Int32(place))
    }
    return Category(column: column, output: output, first: first, fill: Int32(fill))
  }

  // MARK: Batches

  /// A batch of these rows of the table, wherever they lie.
  func batch(ofRows rows: [Int32]) throws -> TensorDataset.Batch {
    if table.store.isInMemory {
      return batch(rows.count) { table.store.cells(ofRow: Int(rows[$0])) }
    }
    let columnCount = table.columns.count
    let cells = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, rows.count * columnCount))
    defer { cells.deallocate() }
    for (index, row) in rows.enumerated() {
      try table.store.read(Int(row)..<Int(row) + 1, into: cells + index * columnCount)
    }
    return batch(rows.count) { UnsafePointer(cells + $0 * columnCount) }
  }

  /// A batch of so many rows, whose cells are at these places in memory.
  func batch(
    _ count: Int, _ cells: (Int) -> UnsafePointer<UInt32>
  ) -> TensorDataset.Batch {
    var inputs = NDArray(uninitialized: [count, width], .float32)
    inputs.withMutableScalars(as: Float.self) { inputs in
      for index in 0..<count {
        fill(
          UnsafeMutableBufferPointer(rebasing: inputs[index * width..<(index + 1) * width]),
          cells(index))
      }
    }
    return TensorDataset.Batch(inputs: Tensor(inputs), targets: Tensor(targets(count, cells)))
  }

  @inline(__always)
  private func fill(
    _ outputs: UnsafeMutableBufferPointer<Float>, _ cells: UnsafePointer<UInt32>
  ) {
    if !categories.isEmpty { outputs.update(repeating: 0) }
    numbers.withUnsafeBufferPointer { numbers in
      for each in numbers {
        outputs[each.output] = Self.value(cells[each.column], each)
      }
    }
    categories.withUnsafeBufferPointer { categories in
      places.withUnsafeBufferPointer { places in
        for each in categories {
          outputs[each.output &+ Int(Self.place(cells[each.column], each, places))] = 1
        }
      }
    }
  }

  @inline(__always)
  private static func value(_ cell: UInt32, _ column: Number) -> Float {
    let number = Float(bitPattern: cell)
    return number.isNaN ? column.fill : Float((Double(number) + column.shift) * column.scale)
  }

  @inline(__always)
  private static func place(
    _ cell: UInt32, _ column: Category, _ places: UnsafeBufferPointer<Int32>
  ) -> Int32 {
    cell == CSVBlock.missingCategory ? column.fill : places[column.first &+ Int(cell)]
  }

  private func targets(_ count: Int, _ cells: (Int) -> UnsafePointer<UInt32>) -> NDArray {
    switch target {
    case .none: return NDArray.zeros([count, 0])
    case .number(let column):
      let values = (0..<count).map { Self.value(cells($0)[column.column], column) }
      return NDArray(values, shape: [count, 1])
    case .category(let column):
      return places.withUnsafeBufferPointer { places in
        NDArray((0..<count).map { Self.place(cells($0)[column.column], column, places) })
      }
    }
  }
}
