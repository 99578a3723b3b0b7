import BackpropAutodiff
import BackpropFiles

@testable import BackpropData

extension FuzzTarget {
  /// What `backprop train` and `predict` do with a table: its types are found, the first and the last
  /// column are each learned from the others, and the rows are read again as those of another file.
  @Sendable static func useTable(_ bytes: [UInt8]) throws {
    let file = try MemoryFile(bytes)
    // So little memory that larger tables go to a temporary file.
    let options = CSVOptions(memoryLimit: 1024, temporaryFolder: "/dev/shm")
    let table = try CSVTable(contentsOf: file.path, options: options)
    for target in Set([table.columns.first!.name, table.columns.last!.name]) {
      guard
        let parts = try? table.split(
          target: target, validation: 0.2, test: 0.2, missing: .mean, seed: 1)
      else { continue }
      let pass = DataPass(count: parts.train.count, batchSize: 16)
      let source = parts.train.source(of: pass)
      for index in 0..<pass.batchCount { _ = try source.batch(index) }
      guard let kept = try TablePreparation(metadata: parts.preparation.metadata) else {
        fatalError("the preparation was not kept")
      }
      _ = try? kept.inputs(contentsOf: file.path)
      _ = try? kept.dataset(contentsOf: file.path)
    }
  }

  /// What `backprop predict` does with the preparation that a weight file holds.
  @Sendable static func usePreparation(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let preparation = try TablePreparation(metadata: ["table": text]) else { return }
    _ = (preparation.inputCount, preparation.outputCount, preparation.value(ofOutput: 1))
    for rows in ["a,b,c\n1,x,2\n,y,3\n", "1,x,2\n2,,3\n", "a,b\n1,x\n"] {
      let file = try MemoryFile(Array(rows.utf8))
      _ = try? preparation.inputs(contentsOf: file.path)
      _ = try? preparation.dataset(contentsOf: file.path)
    }
  }
}
