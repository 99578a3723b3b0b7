import BackpropFiles

extension CSVTable {
  /// Columns of a file of comma-separated values as texts, whatever is in them: sentences to learn
  /// from, their classes, names.
  ///
  /// ```swift
  /// let columns = try CSVTable.texts(of: ["text", "label"], in: "reviews.csv")
  /// zip(columns[0], columns[1]).first       // ("Never again.", "bad")
  /// ```
  ///
  /// A field that is missing is an empty text. What is no UTF-8 becomes replacement characters.
  ///
  /// - Parameters:
  ///   - names: what the columns are called in the first line.
  ///   - path: the file.
  ///   - options: how it is read; types of columns and what is missing do not matter.
  /// - Returns: for each of the names its column, from the first row to the last.
  /// - Throws: `FileError`; `CSVError` that names the line and the column.
  public static func texts(
    of names: [String], in path: String, options: CSVOptions = CSVOptions()
  ) throws -> [[String]] {
    let reader = try FileReader(path)
    var options = options
    options.required = Set(names)
    let layout = try CSVLayout(reader, options)
    var texts = names.map { _ in [String]() }
    // For each column of the file, which of the wanted ones it is.
    let places = layout.names.map { name in names.indices.filter { names[$0] == name } }
    var line = layout.firstLine
    var blocks = CSVBlocks(reader, separator: layout.separator, from: layout.start)
    do {
      while let block = try blocks.next() {
        line += try block.withUnsafeBufferPointer { bytes in
          try read(bytes, separator: layout.separator, places, into: &texts)
        }
      }
    } catch let fault as CSVFault {
      throw CSVError(
        fault.reason, file: path, line: line + fault.line,
        column: fault.column.map { layout.names[$0] })
    }
    if texts.first?.isEmpty ?? false { throw CSVError(.noRows, file: path) }
    return texts
  }

  /// Adds the fields of whole lines; returns how many lines they are.
  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, _ places: [[Int]],
    into texts: inout [[String]]
  ) throws(CSVFault) -> Int {
    var scanner = CSVScanner(bytes, separator: separator)
    while scanner.beginLine() {
      let line = scanner.line
      var column = 0
      var isLast = false
      while !isLast {
        let field = try scanner.field()
        isLast = field.isLast
        if column < places.count && !places[column].isEmpty {
          let text = String(decoding: field.text, as: UTF8.self)
          for place in places[column] { texts[place].append(text) }
        }
        column += 1
      }
      if column != places.count {
        throw CSVFault(reason: .fieldCount(expected: places.count, found: column), line: line)
      }
    }
    return scanner.line
  }
}
