import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles

@Suite struct TabularDatasetTests {
  private func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array(text.utf8), to: folder + "/t.csv")
      return try body(folder + "/t.csv")
    }
  }

  private static let flowers = """
    width,height,colour,kind
    1,10,red,b
    2,,blue,a
    3,30,red,b
    ,40,,a
    """

  @Test func rowsBecomeNumbers() throws {
    try withFile(Self.flowers) { path in
      let table = try CSVTable(contentsOf: path)
      let preparation = try TablePreparation(table, target: "kind", rows: [0, 1, 2, 3])
      // Means over 1, 2, 3 and 10, 30, 40; deviations over the same.
      let (width, height) = ((2.0 / 3).squareRoot(), (1400.0 / 9).squareRoot())
      #expect(
        preparation.inputs.map(\.name) == ["width", "height", "colour"]
          && preparation.goal == .classes(["a", "b"]) && preparation.inputCount == 4)
      let data = try TabularDataset(table, preparation, rows: [3, 0, 1])
      #expect(data.count == 3)
      let batch = data.batch([0, 1, 2])
      let third = 80.0 / 3
      let expected: [Double] = [
        0, (40 - third) / height, 0, 1,  // missing: the mean, and the most frequent
        -1 / width, (10 - third) / height, 0, 1,
        0, 0, 1, 0,
      ]
      #expect(zip(batch.inputs.doubles, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(batch.targets.scalarType == .int32 && batch.targets.doubles == [0, 1, 0])
    }
  }

  @Test func missingValuesByEveryPolicy() throws {
    let text = "x,c,y\n1,p,0\n1,q,1\n4,q,2\n10,,3\n,r,4\n"
    try withFile(text) { path in
      let table = try CSVTable(contentsOf: path)
      func fill(_ policy: MissingPolicy) throws -> [TablePreparation.Kind] {
        try TablePreparation(table, target: "y", rows: [0, 1, 2, 3, 4], missing: policy).inputs.map(
          \.kind)
      }
      func number(_ kind: TablePreparation.Kind) -> Double? {
        if case .number(_, _, let fill) = kind { fill } else { nil }
      }
      #expect(number(try fill(.mean)[0]) == 4)
      #expect(number(try fill(.median)[0]) == 2.5)
      #expect(number(try fill(.mostFrequent)[0]) == 1)
      #expect(try fill(.mean)[1] == .category(values: ["p", "q", "r"], fill: 1))
      let error = #expect(throws: CSVError.self) { try fill(.refuse) }
      #expect(error?.reason == .missingValue)
      let named = #expect(throws: CSVError.self) {
        try TabularDataset.load(path, target: "y", missing: .refuse)
      }
      #expect(named?.line == 5 && named?.column == "c")
    }
  }

  @Test func aNumberIsLearnedStandardised() throws {
    try withFile("x,y\n0,100\n1,200\n2,300\n3,\n") { path in
      let error = #expect(throws: CSVError.self) { try TabularDataset.load(path, target: "y") }
      #expect(error?.reason == .missingValue && error?.line == 5 && error?.column == "y")
      #expect(throws: CSVError.self) { try TabularDataset.load(path, target: "z") }
    }
    try withFile("x,y\n0,100\n1,200\n2,300\n") { path in
      let parts = try TabularDataset.load(path, target: "y", validation: 0, test: 0)
      let batch = parts.train.batch([0, 1, 2])
      let deviation = (20000.0 / 3).squareRoot()
      #expect(batch.targets.shape == [3, 1])
      for (found, expected) in zip(batch.targets.doubles, [-100 / deviation, 0, 100 / deviation]) {
        #expect(abs(found - expected) < 1e-6)
      }
      #expect(abs(parts.preparation.value(ofOutput: batch.targets.doubles[2]) - 300) < 1e-4)
      #expect(parts.preparation.outputCount == 1)
    }
  }

  /// Numbers that a Float cannot tell apart are kept apart, as differences.
  @Test func largeNumbersThatDifferLittle() throws {
    var text = "time,y\n"
    for row in 0..<100 { text += "\(1_600_000_000 + row),\(row)\n" }
    try withFile(text) { path in
      let parts = try TabularDataset.load(path, target: "y", validation: 0, test: 0)
      let batch = parts.train.batch(Array(0..<100))
      for (time, y) in zip(batch.inputs.doubles, batch.targets.doubles) {
        #expect(abs(time - y) < 1e-5)
      }
      // The same by another file, whose first number is another.
      try withFile("time\n1600000099\n1600000000\n") { other in
        let rows = try parts.preparation.inputs(contentsOf: other).doubles
        #expect(abs(rows[0] - batch.inputs.doubles[99]) < 1e-5)
        #expect(abs(rows[1] - batch.inputs.doubles[0]) < 1e-5)
      }
    }
  }

  @Test func eachClassIsSplitAlike() throws {
    var text = "x,y\n"
    for row in 0..<1000 { text += "\(row),\(row % 10 == 0 ? "rare" : "usual")\n" }
    try withFile(text) { path in
      func load(_ seed: UInt64) throws -> TabularDataset.Parts {
        try TabularDataset.load(path, target: "y", validation: 0.2, test: 0.1, seed: seed)
      }
      let parts = try load(3)
      let all = [parts.train, parts.validation, parts.test]
      #expect(all.map(\.count) == [700, 200, 100])
      #expect(Set(all.flatMap(\.rowNumbers)).count == 1000)
      for (part, rare) in zip(all, [70, 20, 10]) {
        #expect(part.rowNumbers == part.rowNumbers.sorted())
        #expect(part.rowNumbers.count { $0 % 10 == 0 } == rare)
      }
      #expect(try load(3).test.rowNumbers == parts.test.rowNumbers)
      #expect(try load(4).test.rowNumbers != parts.test.rowNumbers)
      // What the other parts are like is not known to the preparation.
      let mean = parts.train.rowNumbers.reduce(0.0) { $0 + Double($1) } / 700
      guard case .number(let found, _, _) = parts.preparation.inputs[0].kind else {
        Issue.record("\(parts.preparation.inputs[0])")
        return
      }
      #expect(abs(found - mean) < 1e-9)
    }
  }

  /// A table in a file gives the batches of one in memory, in every bit, in any order and on any threads.
  @Test func aFileIsAsMemory() throws {
    var random = RandomSource(seed: 5)
    var text = "a,b,c,y\n"
    for _ in 0..<5000 {
      text += "\(random.normal()),\(random.below(4)),k\(random.below(6)),\(random.uniform())\n"
    }
    try withFile(text) { path in
      let folder = File.folder(of: path)!
      func load(_ limit: Int) throws -> TabularDataset {
        try TabularDataset.load(
          path, target: "y", options: CSVOptions(memoryLimit: limit, temporaryFolder: folder)
        ).train
      }
      let memory = try load(1 << 30)
      var file = try load(1 << 14)
      #expect(memory.table.store.isInMemory && !file.table.store.isInMemory)
      #expect(memory.preparation == file.preparation)
      #expect(try FolderListing(folder).files == ["t.csv"])
      for windowBytes in [1, 3000, 20_000, 1 << 30] {
        file.windowBytes = windowBytes
        for threads in [0, 2] {
          var random = RandomSource(seed: 9)
          let pass = DataPass(shuffling: memory.count, batchSize: 64, using: &random)
          let expected = memory.source(of: pass)
          let found = DataLoader(file, threads: threads).source(of: pass)
          for index in [30, 31] + Array(0..<pass.batchCount) {
            let (a, b) = (try expected.batch(index), try found.batch(index))
            #expect(mismatch(a.inputs.array, b.inputs.array) == nil)
            #expect(mismatch(a.targets.array, b.targets.array) == nil)
          }
        }
      }
      #expect(mismatch(file.batch([7, 3]).inputs.array, memory.batch([7, 3]).inputs.array) == nil)
    }
  }

  @Test func aDiskThatCannotBeWritten() throws {
    try withFile("a,y\n1,2\n3,4\n") { path in
      let error = #expect(throws: FileError.self) {
        try CSVTable(
          contentsOf: path, options: CSVOptions(memoryLimit: 0, temporaryFolder: "/nowhere"))
      }
      #expect(error?.reason == .notFound && "\(error!)".contains("/nowhere"))
    }
  }

  // MARK: With a model

  @Test func thePreparationGoesWithTheModel() throws {
    try withFile(Self.flowers) { path in
      let table = try CSVTable(contentsOf: path)
      let preparation = try TablePreparation(table, target: "kind", rows: [0, 1, 2, 3])
      let again = try TablePreparation(metadata: preparation.metadata)
      #expect(again == preparation)
      #expect(try TablePreparation(metadata: ["activation": "relu"]) == nil)
      #expect(throws: (any Error).self) { try TablePreparation(metadata: ["table": "{}"]) }
      let text = preparation.metadata["table"]!
      for (part, other) in [
        ("\"fill\":1", "\"fill\":7"), ("\"deviation\":", "\"deviation\":-"),
        ("\"values\":[\"blue\",\"red\"]", "\"values\":[]"), ("[\"a\",\"b\"]", "[\"a\"]"),
        ("\"target\":\"kind\"", "\"target\":\"other\""),
      ] {
        #expect(text.contains(part), "\(text)")
        #expect(throws: (any Error).self, "\(other)") {
          try TablePreparation(metadata: ["table": text.replacing(part, with: other)])
        }
      }

      let expected = try TabularDataset(table, preparation, rows: [0, 1, 2, 3]).batch([0, 1, 2, 3])
      #expect(try preparation.inputs(contentsOf: path).doubles == expected.inputs.doubles)
      #expect(
        try preparation.dataset(contentsOf: path).batch([0, 1, 2, 3]).targets.doubles
          == expected.targets.doubles)
    }
  }

  @Test func otherFilesForAModel() throws {
    try withFile(Self.flowers) { path in
      let table = try CSVTable(contentsOf: path)
      let preparation = try TablePreparation(table, target: "kind", rows: [0, 1, 2, 3])
      let expected = Array(try preparation.inputs(contentsOf: path).doubles[0..<4])
      // In another order, with other columns and other separators; without names; without the target.
      for text in [
        "note;colour;width;height\nhello;red;1;10\n", "colour,height,kind,width\nred,10,zzz,1\n",
        "1,10,red,b\n", "1,10,red\n",
      ] {
        let rows = try withFile(text) { try preparation.inputs(contentsOf: $0).doubles }
        #expect(rows == expected, "\(text)")
      }
      func check(_ text: String, _ reason: CSVError.Reason, line: Int?) throws {
        try withFile(text) { path in
          let error = #expect(throws: CSVError.self) { try preparation.inputs(contentsOf: path) }
          #expect(error?.reason == reason && error?.line == line, "\(String(describing: error))")
        }
      }
      let names = "width,height,colour\n"
      try check(
        names + "1,2,red\n1,2,green\n",
        .unknownCategory(found: "green", known: ["blue", "red"]), line: 3)
      try check(names + "1,x,red\n", .notANumber(found: "x"), line: 2)
      try check(
        "width,colour\n1,red\n",
        .missingColumns(["height"], found: ["width", "colour"]), line: nil)
      try check(names, .noRows, line: nil)
    }
  }
}
