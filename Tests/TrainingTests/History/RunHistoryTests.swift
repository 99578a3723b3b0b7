import BackpropArrays
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTraining

@Suite struct RunHistoryTests {
  /// Writes a run's folder as a training leaves it.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - accuracies: of each epoch.
  ///   - end: how it says that it ended; nothing if nil.
  ///   - settings: members of the configuration, as JSON, beside the usual.
  ///   - started: when it began; `nil` for a run from before runs said so.
  static func write(
    _ path: String, _ accuracies: [Double], end: String? = "completed",
    settings: [String: String] = [:], started: Date? = nil
  ) throws {
    try File.createFolder(path)
    let usual = [
      "dataset": "\"mnist\"", "model": "\"lenet\"", "seed": "18446744073709551615",
      "batchSize": "100", "learningRate": "0.1", "length": "{\"epochs\": 10}",
    ]
    let members = usual.merging(settings) { $1 }.sorted { $0.key < $1.key }
    let text = "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "}\n"
    try AtomicFile.write(Array(text.utf8), to: path + "/config.json")
    let lines = accuracies.enumerated().map { index, value in
      "{\"epoch\":\(index + 1),\"loss\":\(1.0 / Double(index + 1)),\"step\":\(600 * (index + 1)),"
        + "\"stepsPerSecond\":1000,\"testAccuracy\":\(value),\"trainAccuracy\":0.5}\n"
    }
    try AtomicFile.write(Array(lines.joined().utf8), to: path + "/metrics.jsonl")
    if let end {
      let result =
        "{\"end\":\"\(end)\",\"metrics\":{},\"seconds\":2.5,\"steps\":\(600 * accuracies.count)}"
      try AtomicFile.write(Array(result.utf8), to: path + "/result.json")
    }
    if let started {
      let time = UTCTime.text(started)
      let over = end == nil ? "" : ",\"ended\":\"\(UTCTime.text(started + 90.5))\""
      let system = "{\"sessions\":[{\"started\":\"\(time)\"\(over),\"process\":1}]}"
      try AtomicFile.write(Array(system.utf8), to: path + "/system.json")
    }
  }

  static func append(_ text: String, to path: String) throws {
    try AtomicFile.write(try File.read(path) + Array(text.utf8), to: path)
  }

  @Test func readsWhatARunTells() throws {
    try withTemporaryFolder { folder in
      let start = Date(timeIntervalSince1970: 1_790_000_000.125)
      try Self.write(folder + "/a", [0.5, 0.9, 0.8], started: start)
      let run = RunRecord(folder + "/a")
      #expect(run.name == "a" && run.dataset == "mnist" && run.model == "lenet")
      #expect(run.plannedEpochs == 10 && run.plannedSteps == nil)
      #expect(run.state == .completed && run.steps == 1800 && run.stepSeconds == 2.5)
      #expect(run.metric?.name == "testAccuracy" && run.best == 0.9 && run.last == 0.8)
      #expect(run.started == start && run.ended == start + 90.5 && run.seconds == 90.5)
      #expect(run.problems == [] && run.isCertain)
      // Digits that no Double holds.
      #expect(run.settings.contains { $0.name == "seed" && $0.value == "18446744073709551615" })
      #expect(run.settings.contains { $0.name == "length.epochs" && $0.value == "10" })
      #expect(run.epochs().map(\.epoch) == [1, 2, 3])
      #expect(run.epochs()[1].metrics == ["testAccuracy": 0.9, "trainAccuracy": 0.5])
    }
  }

  /// A run of the library, from beginning to end, and once more.
  @Test func aTrainingKeepsItsHistory() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/trained"
      var configuration = TrainingConfiguration()
      configuration.hidden = [3]
      configuration.batchSize = 2
      configuration.length = .epochs(3)
      func training() throws -> ConfiguredTraining<TrainingConfiguration> {
        let data = TrainingLoopTests.dataset
        return try ConfiguredTraining(
          configuration, PictureClassification(configuration, train: data, test: data, title: "x"))
      }
      let before = Date()
      let first = try training()
      try first.begin(in: path)
      var during: RunRecord?
      let control = first.loop.control
      first.loop.onEpoch = { report in
        if report.epoch == 1 {
          during = RunRecord(path)
          control.stop()
        }
      }
      try first.run()
      #expect(during?.state == .running && during?.lastEpoch?.epoch == 1)
      #expect(during?.ended == nil)

      let run = RunRecord(path)
      #expect(run.state == .interrupted && run.state.isUnfinished)
      #expect(run.sessions.count == 1 && run.sessions[0].process == Int(getpid()))
      #expect(run.sessions[0].started >= before - 0.01 && run.sessions[0].ended != nil)
      #expect(run.sessions[0].system == RunSystem.current)
      #expect(run.best != nil && run.problems == [] && run.weightsPath != nil)

      let second = try training()
      try second.resume(in: path)
      try second.run()
      let after = RunRecord(path)
      #expect(after.state == .completed && after.sessions.count == 2)
      #expect(after.lastEpoch?.epoch == 3 && after.epochs().count == 3)

      // A new run in the same folder is not the old one.
      let third = try training()
      try third.begin(in: path)
      third.loop.onEpoch = { _ in throw CancellationError() }
      #expect(throws: CancellationError.self) { try third.run() }
      let failed = RunRecord(path)
      #expect(failed.sessions.count == 1 && failed.state == .failed)
      #expect(failed.error?.contains("CancellationError") == true)
    }
  }

  @Test func howRunsEnd() throws {
    try withTemporaryFolder { folder in
      for (end, state) in [
        ("completed", RunState.completed), ("stoppedEarly", .stoppedEarly),
        ("interrupted", .interrupted),
      ] {
        try Self.write(folder + "/run", [0.5], end: end)
        #expect(RunRecord(folder + "/run").state == state)
      }
      try Self.write(folder + "/cut", [0.5], end: nil, started: Date())
      #expect(RunRecord(folder + "/cut").state == .killed)
      // The lock of a process that lives; it is free again at once.
      var lock: FileLock? = try FileLock(folder + "/cut/.lock", for: folder)
      #expect(RunRecord(folder + "/cut").state == .running)
      _ = lock
      lock = nil
      #expect(RunRecord(folder + "/cut").state == .killed)
      // As runs were before they said how they ended.
      try Self.write(folder + "/old", [0.5], end: nil)
      #expect(RunRecord(folder + "/old").state == .killed)
      try AtomicFile.write([1], to: folder + "/old/model.safetensors")
      #expect(RunRecord(folder + "/old").state == .completed)
    }
  }

  @Test func damagedAndMissingFilesAreTold() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/lines", [0.5, 0.7])
      try Self.append(
        "{\"epoch\":3,\"loss\":0.1,\"testAcc", to: folder + "/lines/metrics.jsonl")
      var run = RunRecord(folder + "/lines")
      #expect(run.best == 0.7 && run.lastEpoch?.epoch == 2)
      #expect(run.problems == ["metrics.jsonl: line 3 is damaged"])
      #expect(run.allEpochs().problems == ["metrics.jsonl: line 3 is damaged"])
      #expect(run.epochs().count == 2)

      // In the middle, and one that is JSON but no epoch at the end.
      try AtomicFile.write(
        Array(
          "{\"epoch\":1,\"loss\":1,\"testAccuracy\":0.5}\n\u{0}\u{1}garbage\n\n{\"epoch\":2,\"loss\":\"nan\",\"testAccuracy\":null}\n{\"x\":1}\n"
            .utf8), to: folder + "/lines/metrics.jsonl")
      run = RunRecord(folder + "/lines")
      #expect(run.lastEpoch?.epoch == 2 && run.best == 0.5 && run.last?.isNaN == true)
      #expect(run.lastEpoch?.loss.isNaN == true)
      #expect(
        run.problems == ["metrics.jsonl: line 2 is damaged", "metrics.jsonl: line 5 is damaged"])

      // Each file cut short, empty, of other bytes, a folder, or not there.
      for file in ["config.json", "metrics.jsonl", "result.json", "system.json"] {
        for damage in 0..<5 {
          let path = folder + "/damaged \(file) \(damage)"
          try Self.write(path, [0.5, 0.6], started: Date())
          let bytes = try File.read("\(path)/\(file)")
          try File.remove("\(path)/\(file)")
          switch damage {
          case 0:
            try AtomicFile.write(Array(bytes.prefix(bytes.count * 3 / 4)), to: "\(path)/\(file)")
          case 1: try AtomicFile.write([], to: "\(path)/\(file)")
          case 2: try AtomicFile.write([0xFF, 0, 0x7B, 10], to: "\(path)/\(file)")
          case 3: try File.createFolder("\(path)/\(file)")
          default: break
          }
          let run = RunRecord(path)
          #expect(run.name == "damaged \(file) \(damage)")
          if file != "metrics.jsonl" { #expect(run.best == 0.6 && run.epochs().count == 2) }
          if file != "config.json" { #expect(run.dataset == "mnist") }
          let isTold =
            damage < 3 && !(file == "metrics.jsonl" && damage == 1) || file == "config.json"
          #expect(run.problems.isEmpty != isTold, "\(file) \(damage): \(run.problems)")
        }
      }
      #expect(try RunHistory(folder).runs.count == 21)
    }
  }

  /// A configuration cut at every byte, and metrics too: none is fatal.
  @Test func everyBeginningOfAFile() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/run"
      for file in ["config.json", "metrics.jsonl", "result.json", "system.json"] {
        try Self.write(path, [0.5, 0.25], started: Date())
        let bytes = try File.read("\(path)/\(file)")
        for count in 0..<bytes.count {
          try Data(bytes[..<count]).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
          let run = RunRecord(path)
          if file == "metrics.jsonl" { #expect(run.best == nil || run.best! <= 0.5) }
        }
      }
    }
  }

  @Test func namesOfAnyKindAndFoldersWithin() throws {
    try withTemporaryFolder { folder in
      let names = ["with space", "größe ✅", "🇯🇵", "e\u{301}", "a'b\"c", "search/1", "search/2", "x"]
      for name in names { try Self.write("\(folder)/\(name)", [0.5]) }
      try File.createFolder(folder + "/empty/within")
      try AtomicFile.write([1], to: folder + "/a file")
      try Self.write(folder + "/.hidden", [1])
      let history = try RunHistory(folder)
      #expect(history.runs.map(\.name).sorted() == names.sorted())
      for name in names {
        #expect(try RunHistory.run(name, in: folder).best == 0.5)
        #expect(try RunHistory.run("\(folder)/\(name)/", in: "/nowhere").best == 0.5)
      }
      #expect(throws: UnknownRun.self) { try RunHistory.run("no", in: folder) }
      #expect(throws: UnknownRun.self) { try RunHistory.run("empty", in: folder) }
      #expect(throws: FileError.self) { try RunHistory(folder + "/no") }
      #expect(throws: FileError.self) { try RunHistory(folder + "/a file") }
      #expect(try RunHistory(folder + "/empty").runs.isEmpty)
    }
  }

  @Test func metricsByWhichRunsAreJudged() {
    let cases: [([String], String, Bool)] = [
      (["trainAccuracy", "testAccuracy"], "testAccuracy", true),
      (["heldOutLoss"], "heldOutLoss", false),
      (["loss"], "loss", false),
      (["testR2", "testRMSE", "testMAE"], "testR2", true),
      (["testRMSE", "trainRMSE"], "testRMSE", false),
      (["validationAUC", "trainAccuracy"], "validationAUC", true),
      (["something"], "something", true),
    ]
    for (names, expected, isLargestBest) in cases {
      let metric = RunMetric.judging(names)
      #expect(metric?.name == expected && metric?.isLargestBest == isLargestBest)
    }
    #expect(RunMetric.judging([]) == nil)
    #expect(RunMetric("accuracy").isBetter(0.5, than: .nan))
    #expect(!RunMetric("accuracy").isBetter(.nan, than: 0.5))
  }

  @Test func moments() {
    for seconds in [0, 1, 951_782_399.999, 951_782_400, 1_790_000_000.125, -1.5, 4_102_444_800] {
      let date = Date(timeIntervalSince1970: seconds)
      let text = UTCTime.text(date)
      #expect(abs(UTCTime.date(text)!.timeIntervalSince1970 - seconds) < 0.0006, "\(text)")
    }
    #expect(UTCTime.text(Date(timeIntervalSince1970: 951_827_696)) == "2000-02-29T12:34:56.000Z")
    #expect(UTCTime.date("2000-02-29T12:34:56Z")?.timeIntervalSince1970 == 951_827_696)
    for text in [
      "", "2000-02-29", "2000-13-29T12:34:56Z", "2000-02-29T12:34:56", "xxxx-02-29T12:34:56Z",
    ] {
      #expect(UTCTime.date(text) == nil, "\(text)")
    }
  }
}
