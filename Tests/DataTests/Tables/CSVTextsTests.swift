import BackpropData
import BackpropFiles
import BackpropTestSupport
import Testing

@Suite struct CSVTextsTests {
  private static func texts(_ names: [String], in text: String) throws -> [[String]] {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array(text.utf8), to: folder + "/a.csv")
      return try CSVTable.texts(of: names, in: folder + "/a.csv")
    }
  }

  @Test func columnsInTheOrderAsked() throws {
    let text = "id,text,label\n1,\"a, b\",good\n2,\"say \"\"c\"\"\nd\",bad\n\n3, e ,\n"
    let columns = try Self.texts(["label", "text", "label"], in: text)
    #expect(
      columns == [["good", "bad", ""], ["a, b", "say \"c\"\nd", "e"], ["good", "bad", ""]])
  }

  /// More than the types that are found would take: as many texts as rows, in several blocks.
  @Test func longFiles() throws {
    let rows = 400_000
    let text = "text;n\n" + (0..<rows).map { "row \($0) é;\($0)\n" }.joined()
    let columns = try Self.texts(["text", "n"], in: text)
    #expect(columns[0].count == rows && columns[0][123_456] == "row 123456 é")
    #expect(columns[1].last == "\(rows - 1)")
  }

  @Test func errorsSayWhere() throws {
    func error(_ names: [String], _ text: String) -> CSVError? {
      #expect(throws: CSVError.self) { try Self.texts(names, in: text) }
    }
    #expect(error(["x"], "a,b\n1,2\n")?.reason == .missingColumns(["x"], found: ["a", "b"]))
    let count = error(["a"], "a,b\nc,d\ne\n")
    #expect(count?.reason == .fieldCount(expected: 2, found: 1) && count?.line == 3)
    let more = error(["a"], "a,b\nc,d\ne,f,g\n")
    #expect(more?.reason == .fieldCount(expected: 2, found: 3) && more?.line == 3)
    #expect(error(["a"], "a,b\nc,\"d\n")?.reason == .unfinishedQuote)
    #expect(error(["a"], "a,b\n")?.reason == .noRows)
  }
}
