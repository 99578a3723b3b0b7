import BackpropArrays
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTraining

/// Comparing, pruning and exporting runs.
@Suite struct RunSelectionTests {
  private static func write(
    _ path: String, _ accuracies: [Double], end: String? = "completed",
    settings: [String: String] = [:], started: Date? = nil
  ) throws {
    try RunHistoryTests.write(path, accuracies, end: end, settings: settings, started: started)
  }

  @Test func comparisonsShowWhatDiffers() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/a", [0.5, 0.9], settings: ["learningRate": "0.1"])
      try Self.write(folder + "/b", [0.7], settings: ["learningRate": "0.5", "clip": "1"])
      try Self.write(folder + "/c", [])
      let runs = try RunHistory(folder).runs
      let comparison = RunComparison(runs)
      #expect(comparison.metric?.name == "testAccuracy")
      #expect(comparison.settings.map(\.name).sorted() == ["clip", "learningRate"])
      let rates = comparison.settings.first { $0.name == "learningRate" }
      #expect(rates?.values == ["0.1", "0.5", "0.1"])
      func row(_ name: String) -> RunComparison.Row? {
        comparison.figures.first { $0.name == name }
      }
      #expect(row("best testAccuracy")?.numbers == [0.9, 0.7, nil])
      #expect(row("best testAccuracy")?.best == 0)
      #expect(row("last loss")?.numbers == [0.5, 1, nil] && row("last loss")?.best == 0)
      #expect(row("epochs")?.values == ["2", "1", "0"])
      let svg = comparison.figure.svg()
      #expect(svg.contains("testAccuracy") && svg.contains(">a<") && svg.contains(">b<"))
      let lines = comparison.figure.text(columns: 60).split(separator: "\n")
      #expect(lines.contains { $0.contains("testAccuracy") })
      // By another metric; and of no runs at all.
      #expect(RunComparison(runs, by: "loss").figures[0].name == "best loss")
      #expect(RunComparison([]).figures.allSatisfy { $0.values.isEmpty })
      _ = RunComparison([]).figure.svg()
    }
  }

  @Test func pruningKeepsWhatIsAskedFor() throws {
    try withTemporaryFolder { folder in
      let now = Date(timeIntervalSince1970: 1_790_000_000)
      let day = 86_400.0
      try Self.write(folder + "/good", [0.9], started: now - 30 * day)
      try Self.write(folder + "/best", [0.95], started: now - 40 * day)
      try Self.write(folder + "/young", [0.1], started: now - 0.5 * day)
      try Self.write(folder + "/bad", [0.2], started: now - 50 * day)
      try Self.write(folder + "/cut", [0.1], end: nil, started: now - 60 * day)
      try Self.write(
        folder + "/other", [0.01], settings: ["dataset": "\"digits\""], started: now - 60 * day)
      try Self.write(folder + "/alive", [0.01], end: nil, started: now - 90 * day)
      let lock = try FileLock(folder + "/alive/.lock", for: folder)
      // Nothing certain: somebody's folder with a damaged config.json.
      try File.createFolder(folder + "/strange")
      try AtomicFile.write(Array("{".utf8), to: folder + "/strange/config.json")
      try File.createFolder(folder + "/elsewhere")
      try AtomicFile.write(Array("{\"a\":1}".utf8), to: folder + "/elsewhere/config.json")
      symlink(folder + "/bad", folder + "/link")

      func removed(_ set: (inout RunPruning) -> Void) throws -> [String] {
        var pruning = RunPruning()
        set(&pruning)
        return pruning.verdicts(on: try RunHistory(folder).runs, now: now)
          .filter(\.isRemoved).map(\.run.name)
      }
      let all = ["bad", "best", "cut", "good", "other", "young"]
      #expect(try removed { _ in } == all)
      #expect(try removed { $0.keptBest = 1 } == ["bad", "cut", "good", "young"])
      #expect(try removed { $0.keptBest = 2 } == ["bad", "cut", "young"])
      #expect(try removed { $0.keptAge = day } == all.filter { $0 != "young" })
      #expect(try removed { $0.keepsUnfinished = true } == all.filter { $0 != "cut" })
      #expect(
        try removed {
          $0.keptBest = 2; $0.keptAge = day; $0.keepsUnfinished = true
        } == ["bad"])

      // What a process holds is not removed, even if it came alive after the verdict.
      let alive = try RunHistory.run("alive", in: folder)
      #expect(throws: FileError.self) { try RunPruning.remove(alive) }
      #expect(File.exists(folder + "/alive/config.json"))
      _ = lock
      let bad = try RunHistory.run("bad", in: folder)
      try RunPruning.remove(bad)
      #expect(!File.isFolder(folder + "/bad") && File.isFolder(folder + "/good"))
    }
  }

  @Test func exportsAreReadByOthers() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/a, \"b\"", [0.5, 0.25])
      try Self.write(folder + "/plain", [1])
      try RunHistoryTests.append(
        "{\"epoch\":2,\"loss\":\"inf\",\"other\":2,\"step\":9,\"testAccuracy\":null}\n",
        to: folder + "/plain/metrics.jsonl")
      let runs = try RunHistory(folder).runs
      let csv = RunExport.csv(runs).split(separator: "\n").map(String.init)
      #expect(
        csv[0]
          == "run,dataset,model,state,epoch,step,loss,other,testAccuracy,trainAccuracy,stepsPerSecond"
      )
      #expect(
        csv[1] == "\"a, \"\"b\"\"\",mnist,lenet,completed,1,600,1.0,,0.5,0.5,1000.0")
      #expect(csv[4] == "plain,mnist,lenet,completed,2,9,inf,2.0,nan,,nan")
      #expect(csv.count == 5)

      let json = try JSONSerialization.jsonObject(with: Data(RunExport.json(runs).utf8))
      let list = try #require(json as? [[String: Any]])
      #expect(list.map { $0["name"] as? String } == ["a, \"b\"", "plain"])
      #expect((list[0]["epochs"] as? [[String: Any]])?.count == 2)
      let last = (list[1]["epochs"] as? [[String: Any]])?.last
      #expect(last?["loss"] is NSNull && last?["other"] as? Double == 2)
      #expect((list[0]["settings"] as? [String: String])?["model"] == "lenet")
      #expect(RunExport.csv([]).hasPrefix("run,dataset") && RunExport.json([]) == "[\n\n]\n")
    }
  }
}
