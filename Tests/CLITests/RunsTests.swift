import BackpropFiles
import Foundation
import Testing

@testable import BackpropCLI

@Suite struct RunsTests {
  /// Writes a run as training leaves it.
  private func write(
    _ tool: CommandLineTool, _ name: String, _ accuracies: [Double], end: String? = "completed",
    rate: Double = 0.1
  ) throws {
    let path = tool.path("runs/" + name)
    try File.createFolder(path)
    let config = """
      {"dataset": "digits", "model": "mlp", "seed": 0, "batchSize": 100, "learningRate": \(rate),
       "length": {"epochs": 3}}
      """
    try AtomicFile.write(Array(config.utf8), to: path + "/config.json")
    let lines = accuracies.enumerated().map { index, value in
      "{\"epoch\":\(index + 1),\"loss\":0.5,\"step\":\(index + 1),\"stepsPerSecond\":10,"
        + "\"testAccuracy\":\(value),\"trainAccuracy\":1}\n"
    }
    try AtomicFile.write(Array(lines.joined().utf8), to: path + "/metrics.jsonl")
    if let end {
      try AtomicFile.write(
        Array("{\"end\":\"\(end)\",\"seconds\":1,\"steps\":3}".utf8), to: path + "/result.json")
    }
  }

  @Test func aTrainingIsListedShownComparedAndExported() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      for (name, rate) in [("first run", "0.5"), ("größe ✅", "0.1")] {
        let run = try tool.run([
          "train", "--dataset", "mnist", "--data-dir", data, "--epochs", "2", "--batch-size", "50",
          "--learning-rate", rate, "--output", "runs/" + name, "--tensorboard", "logs/" + name,
        ])
        #expect(run.status == 0, "\(run.err)")
        let logs = try FileManager.default.contentsOfDirectory(atPath: tool.path("logs/" + name))
        #expect(logs.count == 1 && logs[0].contains("tfevents"))
      }
      let list = try tool.run(["runs"])
      #expect(list.status == 0 && list.err == "", "\(list.err)")
      #expect(list.lines.count == 3)
      #expect(list.lines[0].hasPrefix("name") && list.lines[0].contains("best testAccuracy"))
      #expect(list.lines[1].hasPrefix("first run  "))
      #expect(list.lines[1].contains("2/2") && list.lines[1].hasSuffix("completed"))

      let json = try tool.run(["runs", "list", "--json", "--sort", "name", "--reverse"]).json()
      #expect(json.map { $0["name"] as? String } == ["größe ✅", "first run"])
      #expect(json.allSatisfy { $0["event"] as? String == "run" && $0["epochs"] as? Int == 2 })
      #expect(json.allSatisfy { ($0["best"] as? Double ?? 0) > 0 && $0["started"] is String })

      let show = try tool.run(["runs", "show", "größe ✅"])
      #expect(show.status == 0)
      for text in ["processor", "learningRate", "0.1", "Loss", "Swift 6", "completed"] {
        #expect(show.out.contains(text), "\(text)")
      }
      let shown = try tool.run(["runs", "show", "runs/first run", "--json"]).json()
      #expect((shown[0]["epoch_reports"] as? [Any])?.count == 2)
      #expect((shown[0]["sessions"] as? [[String: Any]])?[0]["threads"] as? Int ?? 0 > 0)

      let compare = try tool.run([
        "runs", "compare", "first run", "größe ✅", "--output", "compare.svg",
      ])
      #expect(compare.status == 0 && compare.out.contains("learningRate"))
      #expect(compare.out.contains("curves: compare.svg"))
      #expect(
        String(decoding: try File.read(tool.path("compare.svg")), as: UTF8.self).contains("<svg"))
      let chart = try tool.run(["runs", "compare"])
      #expect(chart.out.contains("best testAccuracy") && chart.out.contains("epoch"))
      let compared = try tool.run(["runs", "compare", "--json"]).json()
      #expect((compared[0]["runs"] as? [String])?.count == 2)

      let csv = try tool.run(["runs", "export"])
      #expect(csv.lines.count == 5 && csv.lines[0].hasPrefix("run,dataset,model,state,epoch"))
      #expect(try tool.run(["runs", "export", "--output", "all.json"]).status == 0)
      let all = try JSONSerialization.jsonObject(with: Data(try File.read(tool.path("all.json"))))
      #expect((all as? [Any])?.count == 2)
    }
  }

  @Test func listsAreSortedAndFiltered() throws {
    try CommandLineTool.use { tool in
      try write(tool, "low", [0.1, 0.3])
      try write(tool, "high", [0.9])
      try write(tool, "cut", [0.5], end: nil)
      try write(tool, "none", [], end: nil)
      func names(_ options: String...) throws -> [String] {
        let run = try tool.run(["runs", "list", "--json"] + options)
        #expect(run.status == 0, "\(run.err)")
        return try run.json().map { $0["name"] as? String ?? "" }
      }
      #expect(try names("--sort", "best") == ["high", "cut", "low", "none"])
      // What has no value comes last either way.
      #expect(try names("--sort", "best", "--reverse") == ["low", "cut", "high", "none"])
      #expect(try names("--sort", "epochs") == ["none", "cut", "high", "low"])
      #expect(try names("--sort", "name", "--state", "killed") == ["cut", "none"])
      #expect(try names("--sort", "name", "--limit", "2") == ["cut", "high"])
      #expect(try names("--dataset", "mnist") == [])
      #expect(
        try names("--model", "mlp", "--state", "completed", "--sort", "last") == ["high", "low"])
    }
  }

  @Test func damageIsToldAndNotFatal() throws {
    try CommandLineTool.use { tool in
      try write(tool, "good", [0.5])
      try write(tool, "bad", [0.25])
      try AtomicFile.write(Array("{\"dataset\": \"dig".utf8), to: tool.path("runs/bad/config.json"))
      try File.createFolder(tool.path("runs/not a run"))
      for command in [["list"], ["show", "bad"], ["compare"], ["export"]] {
        let run = try tool.run(["runs"] + command)
        #expect(run.status == 0)
        #expect(run.err.contains("bad: config.json is damaged"), "\(command): \(run.err)")
        #expect(run.out.contains("0.25"))
      }
    }
  }

  @Test func pruningRemovesOnlyWhenAsked() throws {
    try CommandLineTool.use { tool in
      for (index, name) in ["a", "b", "c"].enumerated() {
        try write(tool, name, [Double(index) / 10])
      }
      try write(tool, "cut", [0.9], end: nil)
      try write(tool, "alive", [0.0], end: nil)
      let lock = try FileLock(tool.path("runs/alive/.lock"), for: "alive")
      let dry = try tool.run(["runs", "prune", "--keep-best", "2"])
      #expect(dry.status == 0, "\(dry.err)")
      #expect(dry.lines.contains("remove  a") && dry.lines.contains("remove  b"))
      #expect(dry.lines.contains("keep    alive: it is running"))
      #expect(dry.lines.last == "2 would be removed, 3 kept; with --yes they are removed")
      #expect(try tool.run(["runs", "list", "--json"]).lines.count == 5)

      let done = try tool.run(["runs", "prune", "--keep-best", "2", "--yes", "--json"])
      #expect(
        try done.json().map { $0["action"] as? String }.sorted { $0! < $1! } == [
          "keep", "keep", "keep", "removed", "removed",
        ])
      let left = try FileManager.default.contentsOfDirectory(atPath: tool.path("runs")).sorted()
      #expect(left == ["alive", "c", "cut"])
      // All that is meant, but for what lives.
      #expect(try tool.run(["runs", "prune", "--state", "killed", "--yes"]).status == 0)
      #expect(try tool.run(["runs", "prune", "--keep-younger-than", "0s", "--yes"]).status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: tool.path("runs")) == ["alive"])
      _ = lock
    }
  }

  @Test func mistakes() throws {
    try CommandLineTool.use { tool in
      let cases: [([String], Int32, String)] = [
        (["list"], 66, "there is no such file or folder"),
        (["show", "x"], 66, "there is no run 'x' in 'runs'"),
        (["compare", "x"], 64, "two runs or more"),
        (["compare", "x", "y"], 66, "no run 'x'"),
        (["prune"], 64, "say what to keep"),
        (["prune", "--keep-best", "-1"], 64, "keep-best"),
        (["prune", "--keep-younger-than", "soon"], 64, "soon"),
        (["list", "--limit", "0"], 64, "1 or more"),
        (["list", "--sort", "colour"], 64, "colour"),
        (["export", "--json", "--format", "csv"], 64, "not both"),
      ]
      for (arguments, status, text) in cases {
        let run = try tool.run(["runs"] + arguments)
        #expect(run.status == status, "\(arguments): \(run.err)")
        #expect(run.err.contains(text), "\(arguments): \(run.err)")
      }
      try File.createFolder(tool.path("runs"))
      #expect(try tool.run(["runs"]).out == "no runs in runs\n")
      #expect(try tool.run(["runs", "--json"]).out == "")
    }
  }

  @Test func lengthsOfTime() {
    #expect(Age(argument: "90s")?.seconds == 90)
    #expect(Age(argument: "1.5h")?.seconds == 5400)
    #expect(Age(argument: "30d")?.seconds == 2_592_000)
    #expect(Age(argument: "2w")?.seconds == 1_209_600)
    for text in ["", "5", "d", "-1d", "nand", "infd", "1y"] { #expect(Age(argument: text) == nil) }
  }
}
