import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct CSVTableTests {
  private func read(
    _ text: String, _ options: CSVOptions = CSVOptions(), name: String = "t.csv"
  ) throws -> CSVTable {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array(text.utf8), to: folder + "/" + name)
      return try CSVTable(contentsOf: folder + "/" + name, options: options)
    }
  }

  /// What the fields of a column are: numbers as they are, categories by name, `nil` for missing ones.
  private func values(_ table: CSVTable, _ column: Int) throws -> [String?] {
    var result: [String?] = []
    let about = table.columns[column]
    try table.store.forEachPart { rows, cells in
      for index in 0..<rows.count {
        let cell = cells[index * table.columns.count + column]
        switch about.type {
        case .number:
          let number = Float(bitPattern: cell)
          result.append(number.isNaN ? nil : "\(Double(number) + about.origin)")
        case .category:
          result.append(
            cell == CSVBlock.missingCategory ? nil : about.categories[Int(about.ranks[Int(cell)])])
        case .ignored: result.append("ignored")
        }
      }
    }
    return result
  }

  private func fault(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> CSVError {
    let error = #expect(throws: CSVError.self) { try read(text, options) }
    return try #require(error)
  }

  @Test func headerTypesAndMissingValues() throws {
    let table = try read("a,b,c\n1,x,\n-2.5,y,NA\n,x,3e2\n")
    #expect(table.rowCount == 3)
    #expect(table.columns.map(\.name) == ["a", "b", "c"])
    #expect(table.columns.map(\.type) == [.number, .category, .number])
    #expect(table.columns.map(\.missingCount) == [1, 0, 2])
    #expect(try values(table, 0) == ["1.0", "-2.5", nil])
    #expect(try values(table, 1) == ["x", "y", "x"])
    #expect(try values(table, 2) == [nil, nil, "300.0"])
  }

  @Test func withoutAHeader() throws {
    let table = try read("1,x\n2,y\n")
    #expect(table.columns.map(\.name) == ["column1", "column2"])
    #expect(table.rowCount == 2)
    #expect(try read("x,y\nx,z\n").rowCount == 1)
    #expect(try read("x,y\nx,z\n", CSVOptions(hasHeader: false)).rowCount == 2)
    #expect(try read("1,2\n3,4\n", CSVOptions(hasHeader: true)).columns.map(\.name) == ["1", "2"])
    #expect(try read(",b\n0,1\n").columns.map(\.name) == ["column1", "b"])
  }

  @Test(arguments: [",", ";", "\t", "|"]) func theSeparatorIsFound(_ separator: String) throws {
    let other = separator == "," ? ";" : ","
    let table = try read(
      "a\(separator)b\n1\(separator)\"x\(separator)y\(other)\"\n2\(separator)z\n")
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(try values(table, 1) == ["x\(separator)y\(other)", "z"])
    #expect(
      try read("a:b\n1:2\n", CSVOptions(separator: ":")).columns.map(\.name) == ["a", "b"])
  }

  @Test func quotationMarks() throws {
    let table = try read(
      "name,size\n\"a, b\",1\n\"say \"\"hi\"\"\", 2 \n\"two\nlines\r\nthree\",\"3\"\n5\" pipe,4\n\"\",5\n"
    )
    #expect(
      try values(table, 0) == [
        "a, b", "say \"hi\"", "two\nlines\r\nthree", "5\" pipe", nil,
      ])
    #expect(try values(table, 1) == ["1.0", "2.0", "3.0", "4.0", "5.0"])
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func everyEndOfLine(_ end: String) throws {
    for last in ["", end, end + end] {
      let table = try read(["\u{feff}a,b", "1,x", "", "2,y"].joined(separator: end) + last)
      #expect(table.columns.map(\.name) == ["a", "b"])
      #expect(try values(table, 0) == ["1.0", "2.0"])
      #expect(try values(table, 1) == ["x", "y"])
    }
  }

  @Test func categoriesAreInOrder() throws {
    let table = try read("a,b\nz,10\né,9\nb,x\n")
    #expect(table.columns[0].categories == ["b", "z", "é"])
    #expect(table.columns[1].categories == ["10", "9", "x"])
    let sizes = try read("a\n10\n9\n-1\n9\n", CSVOptions(types: ["a": .category]))
    #expect(sizes.columns[0].categories == ["-1", "9", "10"])
    // Composed and decomposed letters are different bytes.
    let forms = try read("a,b\n\u{e9},1\ne\u{301},2\n")
    #expect(forms.columns[0].categories.count == 2)
  }

  @Test func typesAreOverridden() throws {
    let text = "a,b,c\n1,x,7\n2,y,8\n"
    let table = try read(text, CSVOptions(types: ["a": .category, "c": .ignored]))
    #expect(table.columns.map(\.type) == [.category, .category, .ignored])
    let error = try fault(text, CSVOptions(types: ["b": .number]))
    #expect(error.reason == .notANumber(found: "x") && error.line == 2 && error.column == "b")
    #expect(
      try fault(text, CSVOptions(types: ["d": .number])).reason
        == .missingColumns(["d"], found: ["a", "b", "c"]))
  }

  /// A text far behind the lines that are looked at first makes a column one of categories; many
  /// different texts make it one that is ignored.
  @Test func typesAreThoseOfAllLines() throws {
    var text = "id,a,b\n"
    for row in 0..<60_000 { text += "name\(row),\(row % 7),\(row % 5)\n" }
    let plain = try read(text)
    #expect(plain.columns.map(\.type) == [.ignored, .number, .number])
    let table = try read(text + "last,x,3\n")
    #expect(table.columns.map(\.type) == [.ignored, .category, .number])
    #expect(table.columns[1].categories == ["0", "1", "2", "3", "4", "5", "6", "x"])
    let asked = try read(text, CSVOptions(types: ["id": .category]))
    #expect(asked.columns[0].categories.count == 60_000)
    #expect(try values(asked, 0)[59_999] == "name59999")
  }

  @Test func errorsNameTheLineAndTheColumn() throws {
    func check(
      _ text: String, _ reason: CSVError.Reason, line: Int?, column: String? = nil,
      _ options: CSVOptions = CSVOptions(), _ location: SourceLocation = #_sourceLocation
    ) throws {
      let error = try fault(text, options)
      #expect(
        error.reason == reason && error.line == line && error.column == column, "\(error)",
        sourceLocation: location)
      if let line { #expect("\(error)".contains("line \(line)"), sourceLocation: location) }
      #expect("\(error)".contains("t.csv"), sourceLocation: location)
    }
    try check("", .noRows, line: nil)
    try check("\n\n", .noRows, line: nil)
    try check("a,b\n", .noRows, line: nil)
    try check("a,b\n1,2\n3\n", .fieldCount(expected: 2, found: 1), line: 3)
    try check("a,b\n1,2\n\n3,4,5\n", .fieldCount(expected: 2, found: 3), line: 4)
    try check("a,b\n\"x\ny\",2\n3,4,5,6\n", .fieldCount(expected: 2, found: 4), line: 4)
    try check("a,b\n1,\"2\n3,4\n", .unfinishedQuote, line: 2)
    try check("a,b\n1,\"2\"x\n", .afterQuote(found: "x"), line: 2)
    try check("a,b\n1,2\n1e39,2\n", .tooLarge(found: "1e+39"), line: 3, column: "a")
    try check("a,a\n1,2\n", .sameName, line: 1, column: "a")
    var required = CSVOptions()
    required.required = ["b"]
    try check("a,b\n1,2\n3,\n", .missingValue, line: 3, column: "b", required)
    required = CSVOptions()
    required.requiresAllValues = true
    try check("a,b\n1,2\n?,4\n", .missingValue, line: 3, column: "a", required)
    for (bytes, what) in [
      ([0xff, 0xfe, 0x61, 0], "UTF-16"), ([0x1f, 0x8b, 8, 0], "gzip"), ([0x61, 0, 0x62], "zeros"),
    ] as [([UInt8], String)] {
      try withTemporaryFolder { folder in
        try AtomicFile.write(bytes, to: folder + "/t.csv")
        let error = #expect(throws: CSVError.self) { try CSVTable(contentsOf: folder + "/t.csv") }
        #expect("\(error!)".contains(what))
      }
    }
    #expect(throws: FileError.self) { try CSVTable(contentsOf: "/nowhere/t.csv") }
  }

  /// Any cut of a file is read or refused.
  @Test func everyCut() throws {
    let text = Array("\u{feff}a,\"b\"\"c\",d\r\n1,\"x\ny\",2.5e3\r\n,\"\",-7\r\n".utf8)
    try withTemporaryFolder { folder in
      for count in 0...text.count {
        try AtomicFile.write(Array(text[..<count]), to: folder + "/t.csv")
        do {
          #expect(try CSVTable(contentsOf: folder + "/t.csv").rowCount <= 2)
        } catch is CSVError {}
      }
    }
  }
}
