import BackpropArrays
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropData
@testable import BackpropFiles

/// Files that pandas writes, read as pandas reads them; skipped where there is none.
@Suite(.serialized, .enabled(if: Python.hasPandas)) struct CSVPandasTests {
  private static let script = """
    import sys, json, numpy as np, pandas as pd
    folder, separator = sys.argv[1], sys.argv[2]
    random = np.random.default_rng(7)
    rows = 30_000
    texts = np.array(["plain", "with, comma", 'with "quotes"', "two\\nlines", "", "semi;colon", "ü", " x"])
    frame = pd.DataFrame({
        "float": random.normal(size=rows),
        "small": random.normal(size=rows).astype(np.float32),
        "whole": random.integers(-1000, 1000, rows),
        "large": random.integers(1_600_000_000, 1_700_000_000, rows),
        "tiny": random.normal(size=rows) * 1e-20,
        "text": texts[random.integers(0, len(texts), rows)],
        "gaps": np.where(random.random(rows) < 0.1, np.nan, random.normal(size=rows)),
    })
    path = folder + "/t.csv"
    frame.to_csv(path, sep=separator, index=False)
    frame = pd.read_csv(path, sep=separator)
    for name in frame.columns:
        if name == "text":
            values = [None if isinstance(v, float) else v.strip(" ") for v in frame[name]]
            open(f"{folder}/text.json", "w").write(json.dumps(values))
        else:
            frame[name].to_numpy().astype(np.float64).tofile(f"{folder}/{name}.f64")
    """

  @Test(arguments: [",", ";", "\t"]) func asPandasReadsThem(_ separator: String) throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    try withTemporaryFolder { folder in
      let run = try Python.run(["-c", Self.script, folder, separator])
      try #require(run.status == 0, "\(run.text)")
      for (threads, limit) in [(1, 1 << 30), (3, 1 << 30), (2, 1 << 16)] {
        Parallel.threadCount = threads
        let table = try CSVTable(
          contentsOf: folder + "/t.csv",
          options: CSVOptions(memoryLimit: limit, temporaryFolder: folder))
        #expect(table.rowCount == 30_000 && table.columns.count == 7)
        #expect(table.store.isInMemory == (limit == 1 << 30))
        for (index, column) in table.columns.enumerated() {
          if column.name == "text" {
            let expected = try JSONDecoder().decode(
              [String?].self, from: Data(File.read(folder + "/text.json")))
            try check(table, index, texts: expected)
          } else {
            let bytes = try File.read(folder + "/\(column.name).f64")
            let expected = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
            try check(table, index, numbers: expected)
          }
        }
      }
    }
  }

  private func check(_ table: CSVTable, _ column: Int, numbers expected: [Double]) throws {
    #expect(table.columns[column].type == .number)
    var bad = 0
    try table.store.forEachPart { rows, cells in
      for (index, row) in rows.enumerated() {
        let found = Float(bitPattern: cells[index * table.columns.count + column])
        let number = Float(expected[row] - table.columns[column].origin)
        // pandas's own numbers may be off by a unit in the last place of a double.
        if found.bitPattern != number.bitPattern && !(found.isNaN && number.isNaN)
          && abs(found - number) > abs(number) * 1e-7
        {
          bad += 1
        }
      }
    }
    #expect(bad == 0, "\(table.columns[column].name)")
  }

  private func check(_ table: CSVTable, _ column: Int, texts expected: [String?]) throws {
    let about = table.columns[column]
    #expect(about.type == .category)
    var bad = 0
    try table.store.forEachPart { rows, cells in
      for (index, row) in rows.enumerated() {
        let cell = cells[index * table.columns.count + column]
        let found =
          cell == CSVBlock.missingCategory ? nil : about.categories[Int(about.ranks[Int(cell)])]
        if found != expected[row] { bad += 1 }
      }
    }
    #expect(bad == 0)
  }
}
