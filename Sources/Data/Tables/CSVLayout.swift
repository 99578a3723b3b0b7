import BackpropFiles

/// How a file is laid out, found from its first lines and from what was asked for.
struct CSVLayout {
  let separator: UInt8
  /// Where the first line of values begins, and which line of the file it is, from 1.
  private(set) var start = 0
  private(set) var firstLine = 1
  private(set) var names: [String] = []
  private(set) var columns: [CSVColumn] = []

  /// The bytes that are looked at.
  private static let sampleSize = 1 << 20
  private static let separators = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

  /// Looks at the beginning of a file.
  ///
  /// - Throws: `FileError`, `CSVError`.
  init(_ reader: FileReader, _ options: CSVOptions) throws {
    let file = reader.path
    let byteCount = try reader.byteCount
    var sample = try reader.read(min(Self.sampleSize, byteCount), at: 0)
    let isWhole = sample.count >= byteCount
    if let found = Self.otherEncoding(sample) { throw CSVError(.notText(found), file: file) }
    let mark = sample.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    sample.removeFirst(mark)
    separator = options.separator.map(Self.byte) ?? Self.separator(of: sample)
    sample = Self.lines(of: sample, separator, isWhole: isWhole)
    do {
      try sample.withUnsafeBufferPointer { try look($0, file, options) }
    } catch let fault as CSVFault {
      throw CSVError(
        fault.reason, file: file, line: fault.line + 1, column: fault.column.map { names[$0] })
    }
    start += mark
  }

  private mutating func look(
    _ sample: UnsafeBufferPointer<UInt8>, _ file: String, _ options: CSVOptions
  ) throws {
    if sample.isEmpty { throw CSVError(.noRows, file: file) }
    var scanner = CSVScanner(sample, separator: separator)
    guard scanner.beginLine() else { throw CSVError(.noRows, file: file) }
    (start, firstLine) = (scanner.position, scanner.line + 1)
    var first: [[UInt8]] = []
    var isLast = false
    while !isLast {
      let field = try scanner.field()
      first.append(Array(field.text))
      isLast = field.isLast
    }
    let hasHeader =
      options.hasHeader
      ?? first.allSatisfy { $0.withUnsafeBufferPointer { DecimalNumber.whole($0) == nil } }
    names = first.enumerated().map { index, text in
      hasHeader && !text.isEmpty ? String(decoding: text, as: UTF8.self) : "column\(index + 1)"
    }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw CSVError(.sameName, file: file, line: firstLine, column: twice)
    }
    let asked = Set(options.types.keys).union(options.required)
    let unknown = asked.filter { !names.contains($0) }.sorted()
    if !unknown.isEmpty { throw CSVError(.missingColumns(unknown, found: names), file: file) }
    if hasHeader { (start, firstLine) = (scanner.position, scanner.line + 1) }
    scanner.position = start
    scanner.line = firstLine - 1
    columns = try Self.columns(&scanner, names, options)
  }

  /// What the columns are, as far as the lines of the sample tell.
  private static func columns(
    _ scanner: inout CSVScanner, _ names: [String], _ options: CSVOptions
  ) throws(CSVFault) -> [CSVColumn] {
    let missing = InternedTexts(options.missing)
    var firsts = [Double?](repeating: nil, count: names.count)
    var isText = [Bool](repeating: false, count: names.count)
    while scanner.beginLine() {
      for column in names.indices {
        let field = try scanner.field()
        if !field.text.isEmpty && missing.find(field.text) == nil && !isText[column] {
          if let number = DecimalNumber.whole(field.text) {
            firsts[column] = firsts[column] ?? number
          } else {
            isText[column] = true
          }
        }
        // The lines are checked when they are read.
        if field.isLast { break }
        if column == names.count - 1 { while !(try scanner.field().isLast) {} }
      }
    }
    return names.indices.map { column in
      let asked = options.types[names[column]]
      // What is beyond the whole numbers that a Float can tell apart lies as a difference.
      let first = firsts[column] ?? 0
      let origin = abs(first) >= 0x1p24 && abs(first) < 0x1p120 ? first : 0
      return CSVColumn(
        type: asked ?? (isText[column] ? .category : .number), isAsked: asked != nil,
        origin: origin,
        refusesMissing: options.requiresAllValues || options.required.contains(names[column]))
    }
  }

  private static func otherEncoding(_ sample: [UInt8]) -> String? {
    if sample.starts(with: [0xff, 0xfe]) || sample.starts(with: [0xfe, 0xff]) { return "UTF-16" }
    if sample.starts(with: [0x1f, 0x8b]) { return "packed by gzip" }
    if sample.starts(with: [0x50, 0x4b, 3, 4]) { return "a zip archive, such as a spreadsheet" }
    return sample.contains(0) ? "binary, with zeros in it" : nil
  }

  private static func byte(_ separator: Character) -> UInt8 {
    guard let byte = separator.asciiValue, byte != CSVScanner.quote,
      byte != CSVScanner.lineFeed, byte != CSVScanner.carriageReturn
    else {
      fatalError("CSVOptions: the separator '\(separator)' is not one of the characters of ASCII")
    }
    return byte
  }

  /// The whole lines at the beginning of a file, with an end of line after the last.
  private static func lines(of bytes: [UInt8], _ separator: UInt8, isWhole: Bool) -> [UInt8] {
    var lines = bytes
    if isWhole {
      if lines.last != CSVScanner.lineFeed { lines.append(CSVScanner.lineFeed) }
    } else {
      // A line that is longer than the sample is found to be so when it is read.
      lines.removeLast(lines.count - (CSVBlocks.endOfLines(lines, separator) ?? 0))
    }
    return lines
  }

  /// The separator that splits the first lines alike, into the most fields; a comma where none does.
  private static func separator(of sample: [UInt8]) -> UInt8 {
    let start = Array(sample.prefix(1 << 16))
    var best = (separator: separators[0], fields: 1)
    for separator in separators {
      let lines = lines(of: start, separator, isWhole: sample.count <= start.count)
      let counts = fieldCounts(lines, separator)
      guard let fields = counts.first, counts.allSatisfy({ $0 == fields }) else { continue }
      if fields > best.fields { best = (separator, fields) }
    }
    return best.separator
  }

  /// The numbers of fields in the first lines; none where they cannot be read with this separator.
  private static func fieldCounts(_ lines: [UInt8], _ separator: UInt8) -> [Int] {
    if lines.isEmpty { return [] }
    return lines.withUnsafeBufferPointer { lines in
      var scanner = CSVScanner(lines, separator: separator)
      var counts: [Int] = []
      while counts.count < 100, scanner.beginLine() {
        var count = 1
        do {
          while !(try scanner.field().isLast) { count += 1 }
        } catch {
          return []
        }
        counts.append(count)
      }
      return counts
    }
  }
}

/// What a column is taken for, while a file is read.
struct CSVColumn {
  var type: ColumnType
  /// Whether the type was asked for, so that a field of another is an error.
  let isAsked: Bool
  /// What is taken off the numbers before they become `Float`s.
  let origin: Double
  /// Whether a missing value is an error.
  var refusesMissing = false
  /// The categories, where no others may come.
  var known: InternedTexts?
}
