import BackpropArrays
import BackpropFiles

/// A file of comma-separated values, read into columns of numbers and of categories.
///
/// ```swift
/// let table = try CSVTable(contentsOf: "flowers.csv")
/// for column in table.columns { print(column.name, column.type, column.missingCount) }
/// let parts = try table.split(target: "species")
/// ```
///
/// The types of the columns are found from all lines, unless they are given. Several threads read the
/// file, and the result does not depend on how many. A table of more than ``CSVOptions/memoryLimit``
/// bytes goes to a temporary file as it is read, four bytes a field, so that it may be larger than
/// memory.
public struct CSVTable: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// Its name: what the first line says, or `column1`, `column2`, …
    public fileprivate(set) var name: String
    /// What it is taken for.
    public let type: ColumnType
    /// How many of its fields are missing.
    public let missingCount: Int
    /// The different texts of a column of categories, in order: by size if all are numbers, else by
    /// their bytes.
    public let categories: [String]
    /// What was taken off its numbers.
    let origin: Double
    /// The place in `categories` for the number that a cell has.
    let ranks: [Int32]
  }

  /// The file.
  public let file: String
  /// The columns, in the order of the file.
  public private(set) var columns: [Column]
  /// Texts for what is missing in it.
  let missing: Set<String>
  let store: RowStore

  /// The number of rows.
  public var rowCount: Int { store.rowCount }

  /// Reads a file.
  ///
  /// - Throws: `FileError`; `CSVError` that names the line and the column.
  public init(contentsOf path: String, options: CSVOptions = CSVOptions()) throws {
    try self.init(contentsOf: path, options: options) { _ in }
  }

  /// Reads a file, once `prepare` has said what else it demands of the columns.
  init(
    contentsOf path: String, options: CSVOptions,
    _ prepare: (inout [(name: String, column: CSVColumn)]) throws -> Void
  ) throws {
    let reader = try FileReader(path)
    let layout = try CSVLayout(reader, options)
    var named = zip(layout.names, layout.columns).map { (name: $0, column: $1) }
    try prepare(&named)
    var reading = CSVReading(reader, layout, named.map(\.column), options)
    // A column that turns out not to be of numbers is one of categories, from the beginning.
    while !(try reading.readAll()) {}
    if reading.store.rowCount == 0 { throw CSVError(.noRows, file: path) }
    file = path
    missing = options.missing
    store = reading.store
    columns = layout.names.indices.map { index in
      let column = reading.columns[index]
      let texts = column.known ?? reading.categories[index]
      // Categories that are known are in their order already.
      let order = column.known == nil ? texts.order : Array(0..<texts.count)
      var ranks = [Int32](repeating: 0, count: texts.count)
      for (rank, number) in order.enumerated() { ranks[number] = Int32(rank) }
      return Column(
        name: layout.names[index], type: column.type, missingCount: reading.missingCounts[index],
        categories: column.type == .category ? order.map { texts.text($0) } : [],
        origin: column.origin, ranks: ranks)
    }
  }

  /// The same table with other names for its columns.
  func renamed(_ names: [String]) -> CSVTable {
    var table = self
    for (index, name) in names.enumerated() { table.columns[index].name = name }
    return table
  }

  /// The place of a column in ``columns``.
  ///
  /// - Throws: `CSVError` with the columns that there are.
  func index(of name: String) throws(CSVError) -> Int {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      throw CSVError(.missingColumns([name], found: columns.map(\.name)), file: file)
    }
    return index
  }
}

/// The reading of a file, block by block.
struct CSVReading {
  private let reader: FileReader
  private let layout: CSVLayout
  private let options: CSVOptions
  private let missing: InternedTexts
  private(set) var columns: [CSVColumn]
  private(set) var store: RowStore
  private(set) var categories: [InternedTexts] = []
  private(set) var missingCounts: [Int] = []

  init(
    _ reader: FileReader, _ layout: CSVLayout, _ columns: [CSVColumn], _ options: CSVOptions
  ) {
    self.reader = reader
    self.layout = layout
    self.columns = columns
    self.options = options
    missing = InternedTexts(options.missing)
    store = Self.emptyStore(layout, options)
  }

  private static func emptyStore(_ layout: CSVLayout, _ options: CSVOptions) -> RowStore {
    RowStore(
      columnCount: layout.names.count, memoryLimit: options.memoryLimit,
      temporaryFolder: options.temporaryFolder)
  }

  /// Reads all lines; false where a column turned out to be another than it was taken for, and they have
  /// to be read again.
  mutating func readAll() throws -> Bool {
    store = Self.emptyStore(layout, options)
    categories = columns.map { _ in InternedTexts() }
    missingCounts = columns.map { _ in 0 }
    var changed = false
    var line = layout.firstLine
    var blocks = CSVBlocks(reader, separator: layout.separator, from: layout.start)
    while true {
      var texts: [[UInt8]] = []
      do {
        while texts.count < Parallel.threadCount, let text = try blocks.next() {
          texts.append(text)
        }
      } catch let fault as CSVFault {
        throw error(fault, line)
      }
      if texts.isEmpty {
        ignoreWhatHardlyRepeats()
        return !changed
      }
      for block in parse(texts) {
        for index in columns.indices where block.isText[index] && columns[index].type == .number {
          columns[index].type = .category
          changed = true
        }
        // Once something has changed, only more of that is looked for: what is wrong is found again.
        if !changed {
          if let fault = block.fault { throw error(fault, line) }
          try add(block)
        }
        line += block.lineCount
      }
    }
  }

  private func parse(_ texts: [[UInt8]]) -> [CSVBlock] {
    var blocks = [CSVBlock?](repeating: nil, count: texts.count)
    blocks.withUnsafeMutableBufferPointer { blocks in
      Parallel.forEach(texts.count) { index in
        blocks[index] = texts[index].withUnsafeBufferPointer {
          CSVBlock($0, columns, separator: layout.separator, missing: missing)
        }
      }
    }
    return blocks.map { $0! }
  }

  private func error(_ fault: CSVFault, _ line: Int) -> CSVError {
    CSVError(
      fault.reason, file: reader.path, line: line + fault.line,
      column: fault.column.map { layout.names[$0] })
  }

  /// Adds the rows of a block, its categories under the numbers that they have in the whole file.
  private mutating func add(_ block: CSVBlock) throws {
    var cells = block.cells
    for index in columns.indices {
      missingCounts[index] += block.missingCounts[index]
      guard columns[index].type == .category, columns[index].known == nil else { continue }
      let texts = block.categories[index]
      var numbers: [UInt32] = []
      for number in 0..<texts.count {
        texts[number].withUnsafeBufferPointer {
          numbers.append(UInt32(categories[index].number(of: $0)))
        }
      }
      if categories[index].count > limit(of: columns[index]) {
        if columns[index].isAsked {
          throw CSVError(
            .tooManyCategories(limit: limit(of: columns[index])), file: reader.path,
            column: layout.names[index])
        }
        columns[index].type = .ignored
        categories[index] = InternedTexts()
        continue
      }
      for cell in stride(from: index, to: cells.count, by: columns.count)
      where cells[cell] != CSVBlock.missingCategory {
        cells[cell] = numbers[Int(cells[cell])]
      }
    }
    try store.append(cells, rows: block.rowCount)
  }

  /// Texts of which most come once are names and remarks, and no categories.
  private mutating func ignoreWhatHardlyRepeats() {
    for index in columns.indices
    where columns[index].type == .category && !columns[index].isAsked {
      let (different, all) = (categories[index].count, store.rowCount - missingCounts[index])
      if different > 10 && 2 * different > all { columns[index].type = .ignored }
    }
  }

  /// A column that is asked for as one of categories may have many; each makes a model wider.
  private func limit(of column: CSVColumn) -> Int {
    column.isAsked ? max(options.maximumCategories, 100_000) : options.maximumCategories
  }
}
