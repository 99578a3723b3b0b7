import BackpropArrays
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropAutodiff

@Suite struct OperationTableTests {
  /// Set to write the cases for PyTorch, and, where they are answered, docs/operations.md.
  private static let isWriting =
    ProcessInfo.processInfo.environment["BACKPROP_WRITE_OPERATIONS"] != nil
  private static let isFull =
    isWriting || ProcessInfo.processInfo.environment["BACKPROP_LONG_TESTS"] != nil

  /// One list: what has samples for its gradient has a row here, and the other way round.
  @Test func everyOperationHasARow() {
    let sampled = Set(OperationSamples.differentiable.map(\.key) + OperationSamples.constants.keys)
    let rows = OperationTable.rows.map(\.name)
    let missing = sampled.subtracting(rows).sorted()
    #expect(
      missing.isEmpty,
      "\(missing.joined(separator: ", ")): no row in OperationTable (Tests/AutodiffTests/Table)")
    let unknown = Set(rows).subtracting(sampled).sorted()
    #expect(
      unknown.isEmpty, "\(unknown.joined(separator: ", ")): a row, and nothing in OperationSamples")
    #expect(Set(rows).count == rows.count, "an operation has two rows")
    for row in OperationTable.rows {
      #expect(
        !row.cases.isEmpty || !row.suites.isEmpty,
        "\(row.name) has no case, and names no suite that compares it with a reference")
      #expect(Set(row.cases.map(\.label)).count == row.cases.count, "\(row.name): a label twice")
    }
  }

  /// Suites that rows name are there.
  @Test func suitesOfRowsExist() throws {
    let folder = URL(fileURLWithPath: Fixtures.path("x"))
      .deletingLastPathComponent().deletingLastPathComponent()
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    for suite in Set(OperationTable.rows.flatMap(\.suites)) {
      #expect(files.contains { $0.hasSuffix("/\(suite).swift") }, "there is no \(suite)")
    }
  }

  @Test func casesAreThoseThatPyTorchAnswered() throws {
    let path = Fixtures.path(OperationReferences.casesFile)
    let text = OperationReferences.casesText
    if Self.isWriting { try text.write(toFile: path, atomically: true, encoding: .utf8) }
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == text,
      """
      the table has changed; write its cases with BACKPROP_WRITE_OPERATIONS=1 swift test --filter \
      OperationTableTests, then run Tests/Fixtures/make_operation_fixtures.py and this again
      """)
  }

  /// In every layout and with every instruction set. In a process of its own, since the instruction
  /// set is one for the process.
  @Test func valuesAndGradientsArePyTorchs() async throws {
    try await withTemporaryFolder { try await checked(reportingTo: $0 + "/report.txt") }
  }

  private func checked(reportingTo path: String) async throws {
    await #expect(processExitsWith: .success) { [path] in
      // As it goes on: after a crash the last line says in which case.
      let report = fopen(path, "w")!
      func write(_ words: String...) {
        fputs(words.joined(separator: "\t") + "\n", report)
        fflush(report)
      }
      var checks = OperationChecks(isFull: Self.isFull)
      checks.run(try OperationReferences.load()) { write("case", $0) }
      for failure in checks.failures { write("failure", failure) }
      for (name, errors) in checks.largest { write("error", name, "\(errors[0])", "\(errors[1])") }
      write("compared", "\(checks.comparisons)", "\(checks.largestGradient)")
      fclose(report)
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
    let failures = lines.filter { $0.first == "failure" }.map { $0[1] }
    #expect(
      failures.isEmpty,
      "\(failures.count) comparisons failed: \(failures.prefix(5).joined(separator: "; "))")
    let compared = try #require(
      lines.first { $0.first == "compared" }, "ended in \(lines.last?.last ?? "no case")")
    let count = try #require(Int(compared[1]))
    print(
      "Operations: \(count) results and gradients compared with PyTorch; the largest error of a "
        + "gradient is \(compared[2]) ε √n Σ|t|")
    #expect(count >= 5000)
    guard Self.isWriting, failures.isEmpty else { return }
    try write(lines.filter { $0.first == "error" })
  }

  private func write(_ lines: [[String]]) throws {
    let errors = lines.map { line in
      let numbers = line[2...].map { String(format: "%.2f", Double($0)!) }
      return "\"\(line[1])\": [\(numbers.joined(separator: ", "))]"
    }.sorted()
    try ("{\n" + errors.joined(separator: ",\n") + "\n}\n").write(
      toFile: Fixtures.path(OperationPage.errorsFile), atomically: true, encoding: .utf8)
    try OperationPage.text(errors: Fixtures.decode(from: OperationPage.errorsFile)).write(
      toFile: OperationPage.path, atomically: true, encoding: .utf8)
  }

  /// docs/operations.md says what the table says.
  @Test func thePageIsThatOfTheTable() throws {
    if Self.isWriting { return }
    let page = try String(contentsOfFile: OperationPage.path, encoding: .utf8)
    let expected = OperationPage.text(errors: try Fixtures.decode(from: OperationPage.errorsFile))
    let (written, wanted) = (page.split(separator: "\n"), expected.split(separator: "\n"))
    let stale = zip(written, wanted).first { $0 != $1 }
    #expect(
      page == expected,
      """
      docs/operations.md is stale: write it with BACKPROP_WRITE_OPERATIONS=1 swift test --filter \
      OperationTableTests. Now: \(stale?.0 ?? ""). Wanted: \(stale?.1 ?? "")
      """)
  }
}
