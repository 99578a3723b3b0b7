import BackpropFiles
import Testing

@testable import BackpropCLI

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

  @Test func measuresAnyProductInTheOrderGiven() throws {
    try CommandLineTool.use { tool in
      let names = ["gemm-7x5x3", "gemm-2"]
      let run = try tool.run(
        ["bench", "--threads", "1", "--json"] + names.flatMap { ["--work", $0] })
      #expect(run.status == 0 && run.err.isEmpty)
      #expect(try run.json().map { $0["work"] as? String } == names)
      let help = try tool.run(["bench", "--help"]).out
      #expect(help.contains("gemm-MxNxK") && help.contains("  gpt-predict-1: "))
      let impossible = try tool.run(["bench", "--work", "gemm-3x4"])
      #expect(impossible.status == ExitStatus.usage.rawValue)
      #expect(impossible.err.contains("'gemm-3x4' is no product of matrices; expected gemm-N"))
    }
  }

  @Test func drawsAComparison() throws {
    try CommandLineTool.use { tool in
      let table = """
        {"works": [{"work": "tiny", "threads": 1, "results": {
          "backprop": {"unit": "epochs/s", "rounds": [6]},
          "torch": {"unit": "epochs/s", "rounds": [2]}}}]}
        """
      try AtomicFile.write(Array(table.utf8), to: tool.path("table.json"))
      let run = try tool.run(["bench", "--chart", "table.json", "--output", "chart.svg"])
      #expect(run.status == 0 && run.out == "chart.svg\n")
      let svg = String(decoding: try File.read(tool.path("chart.svg")), as: UTF8.self)
      #expect(svg.contains(">tiny<") && svg.contains(">3<"))

      let threads = try tool.run(["bench", "--chart", "table.json", "--threads", "2"])
      #expect(threads.status == ExitStatus.badData.rawValue)
      #expect(threads.err.contains("compares nothing at 2 threads"))
      let set = try tool.run(["bench", "--chart", "table.json", "--isa", "avx2"])
      #expect(set.status == ExitStatus.badData.rawValue)
      #expect(set.err.contains("nothing with the instruction set 'avx2'"))
      let missing = try tool.run(["bench", "--chart", "none.json"])
      #expect(missing.status == ExitStatus.missingInput.rawValue)
      let format = try tool.run(["bench", "--chart", "table.json", "--output", "chart.pdf"])
      #expect(format.status == ExitStatus.usage.rawValue && format.err.contains(".svg"))
      let place = try tool.run(["bench", "--chart", "table.json", "--output", "no/chart.svg"])
      #expect(place.status == ExitStatus.cannotWrite.rawValue)
      for others in [
        ["--chart", "table.json", "--json"], ["--output", "chart.svg"], ["--isa", "avx2"],
      ] {
        #expect(try tool.run(["bench"] + others).status == ExitStatus.usage.rawValue)
      }
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
