/// The values of a block of lines: what one thread makes of it, without looking at any other block.
struct CSVBlock: Sendable {
  /// The cells, row by row: the bits of a `Float`, NaN where it is missing, or the number of a category,
  /// `missingCategory` where it is missing.
  var cells: [UInt32] = []
  /// The number of rows.
  var rowCount = 0
  /// The number of lines, those without values included.
  var lineCount = 0
  /// The categories of each column, in the order in which they came in this block.
  var categories: [InternedTexts]
  /// How many values each column lacks.
  var missingCounts: [Int]
  /// For each column whether it was taken for numbers and is not: its cells then mean nothing.
  var isText: [Bool]
  /// What is wrong with the block, if it cannot be used.
  var fault: CSVFault?

  static let missingCategory = UInt32.max

  /// Reads a block.
  ///
  /// - Parameters:
  ///   - bytes: whole lines, with an end of line after the last.
  ///   - columns: what the columns are taken for.
  ///   - separator: what is between two fields.
  ///   - missing: texts for what is missing.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ columns: [CSVColumn], separator: UInt8,
    missing: InternedTexts
  ) {
    categories = columns.map { _ in InternedTexts() }
    missingCounts = columns.map { _ in 0 }
    isText = columns.map { _ in false }
    var scanner = CSVScanner(bytes, separator: separator)
    // A field of one digit and its separator take two bytes, a usual one some eight.
    cells.reserveCapacity(bytes.count / 6)
    do {
      try columns.withUnsafeBufferPointer { (columns) throws(CSVFault) in
        while scanner.beginLine() {
          try readLine(&scanner, columns, missing)
          rowCount += 1
        }
      }
    } catch {
      fault = error
    }
    lineCount = scanner.line
  }

  private mutating func readLine(
    _ scanner: inout CSVScanner, _ columns: UnsafeBufferPointer<CSVColumn>, _ missing: InternedTexts
  ) throws(CSVFault) {
    let line = scanner.line
    for column in 0..<columns.count {
      let isLast: Bool
      switch columns[column].type {
      case .number:
        if let (value, count) = DecimalNumber.parse(scanner.bytes + scanner.position),
          scanner.endsField(after: count)
        {
          scanner.position &+= count
          isLast = scanner.endField()
          try append(value, columns[column], line, column)
        } else {
          let field = try scanner.field()
          isLast = field.isLast
          try appendNumber(field.text, columns[column], missing, line, column)
        }
      case .category:
        let field = try scanner.field()
        isLast = field.isLast
        try appendCategory(field.text, columns[column], missing, line, column)
      case .ignored:
        isLast = try scanner.field().isLast
        cells.append(0)
      }
      if isLast != (column == columns.count - 1) {
        var found = column + 1
        if !isLast {
          repeat { found += 1 } while !(try scanner.field().isLast)
        }
        throw CSVFault(reason: .fieldCount(expected: columns.count, found: found), line: line)
      }
    }
  }

  @inline(__always)
  private mutating func append(
    _ value: Double, _ column: CSVColumn, _ line: Int, _ index: Int
  ) throws(CSVFault) {
    let number = Float(value - column.origin)
    if !number.isFinite {
      throw CSVFault(reason: .tooLarge(found: "\(value)"), line: line, column: index)
    }
    cells.append(number.bitPattern)
  }

  /// A field of a column of numbers that is not plainly a number: spaces or quotation marks around one,
  /// a missing value, or something else.
  private mutating func appendNumber(
    _ text: UnsafeBufferPointer<UInt8>, _ column: CSVColumn, _ missing: InternedTexts, _ line: Int,
    _ index: Int
  ) throws(CSVFault) {
    if try isMissing(text, column, missing, line, index) {
      cells.append(Float.nan.bitPattern)
    } else if let value = DecimalNumber.whole(text) {
      try append(value, column, line, index)
    } else {
      if column.isAsked {
        throw CSVFault(
          reason: .notANumber(found: String(decoding: text.prefix(40), as: UTF8.self)), line: line,
          column: index)
      }
      isText[index] = true
      cells.append(0)
    }
  }

  private mutating func appendCategory(
    _ text: UnsafeBufferPointer<UInt8>, _ column: CSVColumn, _ missing: InternedTexts, _ line: Int,
    _ index: Int
  ) throws(CSVFault) {
    if try isMissing(text, column, missing, line, index) {
      cells.append(Self.missingCategory)
    } else if let known = column.known {
      guard let number = known.find(text) else {
        throw CSVFault(
          reason: .unknownCategory(
            found: String(decoding: text.prefix(40), as: UTF8.self),
            known: (0..<known.count).map { known.text($0) }), line: line, column: index)
      }
      cells.append(UInt32(number))
    } else {
      cells.append(UInt32(categories[index].number(of: text)))
    }
  }

  /// Whether a field lacks its value, which is counted; an error where none may be missing.
  private mutating func isMissing(
    _ text: UnsafeBufferPointer<UInt8>, _ column: CSVColumn, _ missing: InternedTexts, _ line: Int,
    _ index: Int
  ) throws(CSVFault) -> Bool {
    guard text.isEmpty || missing.find(text) != nil else { return false }
    if column.refusesMissing {
      throw CSVFault(reason: .missingValue, line: line, column: index)
    }
    missingCounts[index] += 1
    return true
  }
}

extension CSVScanner {
  /// Whether the field that begins here ends after so many bytes.
  @inline(__always)
  func endsField(after count: Int) -> Bool {
    let byte = bytes[position &+ count]
    return byte == separator || isLineEnd(byte)
  }
}
