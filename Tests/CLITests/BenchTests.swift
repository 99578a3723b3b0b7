import Testing

@testable import CLI

@Suite struct BenchTests {
  @Test func aLineOfJSONForEachWork() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["bench", "--work", "peak", "--threads", "1", "--json"])
      #expect(run.status == 0 && run.err.isEmpty)
      let lines = try run.json()
      #expect(lines.count == 1)
      let line = try #require(lines.first)
      #expect(line["event"] as? String == "measurement")
      #expect(line["work"] as? String == "peak")
      #expect(line["threads"] as? Int == 1)
      let value = try #require(line["value"] as? Double)
      let low = try #require(line["low"] as? Double)
      let high = try #require(line["high"] as? Double)
      #expect(0 < low && low <= value && value <= high)
    }
  }

  @Test func wrongOptionsSayWhatIsMeant() throws {
    try CommandLineTool.use { tool in
      let unknown = try tool.run(["bench", "--work", "peek"])
      #expect(unknown.status == ExitStatus.usage.rawValue)
      #expect(unknown.err.contains("no work 'peek'; the works are peak, "))
      let none = try tool.run(["bench", "--threads", "0"])
      #expect(none.status == ExitStatus.usage.rawValue && none.err.contains("--threads is 0"))
    }
  }
}
