import BackpropArrays
import BackpropFiles
import BackpropPlots
import BackpropTestSupport
import Foundation
import Synchronization
import Testing
@testable import BackpropTraining

@Suite struct SearchFolderTests {
  /// Files of a few pictures in a folder for data sets: a bright row for each class.
  private func writeData(_ folder: String) throws -> String {
    try File.createFolder(folder + "/data/mnist")
    func write(_ name: String, _ shape: [Int], _ bytes: [UInt8]) throws {
      var header: [UInt8] = [0, 0, 8, UInt8(shape.count)]
      for length in shape { header += [0, 0, UInt8(length >> 8), UInt8(length & 255)] }
      try AtomicFile.write(header + bytes, to: "\(folder)/data/mnist/\(name)-ubyte")
    }
    for (name, count) in [("train", 200), ("t10k", 50)] {
      var pixels = [UInt8](repeating: 0, count: count * 784)
      for picture in 0..<count {
        for column in 3..<25 {
          pixels[picture * 784 + (4 + 2 * (picture % 10)) * 28 + column] = 200
        }
      }
      try write(name + "-images-idx3", [count, 28, 28], pixels)
      try write(name + "-labels-idx1", [count], (0..<count).map { UInt8($0 % 10) })
    }
    return folder + "/data"
  }

  /// Six short trainings, some of which diverge.
  private func search(_ folder: String) throws -> Search {
    var configuration = TrainingConfiguration()
    configuration.dataset = "mnist"
    configuration.dataFolder = try writeData(folder)
    configuration.length = .steps(4)
    configuration.hidden = [8]
    var search = Search(configuration, goal: MetricGoal("testAccuracy", .largest))
    try search.space.add("learning-rate", values: ["0.05", "0.3", "1e30"])
    try search.space.add("activation", values: ["relu", "tanh"])
    return search
  }

  /// What does not depend on the clock.
  private func withoutTime(_ results: SearchResults) -> [TrialResult] {
    results.trials.map {
      TrialResult(
        trial: $0.trial, settings: $0.settings, outcome: $0.outcome, metrics: $0.metrics,
        steps: $0.steps, seconds: 0, problem: $0.problem)
    }
  }

  /// The data are read once: what becomes of their files during the search is no matter.
  @Test(arguments: [1, 2]) func readsTheDataOnce(parallel: Int) throws {
    try withTemporaryFolder { folder in
      var search = try search(folder)
      func run(_ name: String, removing path: String?) throws -> SearchResults {
        let results = try SearchFolder("\(folder)/\(name)", search).run(
          parallel: parallel,
          prepare: { _, _ in if let path { try? FileManager.default.removeItem(atPath: path) } })
        #expect(results.isComplete)
        return results
      }
      var expected = try run("all", removing: nil)
      var found = try run("gone", removing: folder + "/data")
      #expect(withoutTime(found) == withoutTime(expected))

      var text = "a,b,kind\n"
      for row in 0..<60 { text += "\(row % 7),\(row % 3),\(row % 2 == 0 ? "even" : "odd")\n" }
      try AtomicFile.write(Array(text.utf8), to: folder + "/t.csv")
      search.configuration.dataset = folder + "/t.csv"
      search.configuration.source = SourceSettings()
      search.configuration.source?.target = "kind"
      search.configuration.batchSize = 10
      // Trials that take different rows to learn from.
      search.space = SearchSpace()
      try search.space.add("seed", values: ["1", "2", "3"])
      expected = try run("rows", removing: nil)
      found = try run("no rows", removing: folder + "/t.csv")
      #expect(withoutTime(found) == withoutTime(expected))
    }
  }

  @Test func resultsAreTheSameHoweverManyRunAtOnce() throws {
    try withTemporaryFolder { folder in
      let search = try search(folder)
      let told = Mutex<[Int]>([])
      let first = try SearchFolder(folder + "/one", search)
      let results = try first.run(onResult: { result in told.withLock { $0.append(result.trial) } })
      #expect(results.isComplete && results.trials.map(\.trial) == Array(1...6))
      #expect(told.withLock { $0 } == Array(1...6))
      #expect(results.trials.contains { $0.outcome == .diverged })
      #expect(results.best!.outcome == .completed)
      let several = try SearchFolder(folder + "/three", search).run(parallel: 3)
      #expect(withoutTime(several) == withoutTime(results))
      for trial in first.trials where results.trials[trial.number - 1].outcome == .completed {
        let path = first.path(of: trial)
        #expect(path == folder + "/one/trial-000\(trial.number)")
        let other = folder + "/three" + path.dropFirst((folder + "/one").count)
        #expect(
          try File.read(path + "/model.safetensors") == File.read(other + "/model.safetensors"))
      }
      // A trial is the training of its configuration.
      let alone = try ConfiguredTraining(first.trials[1].configuration)
      #expect(try alone.run().metrics["testAccuracy"] == results.trials[1].metrics["testAccuracy"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/one")
      for name in ["search.json", "results.jsonl", "table.txt", "search.svg", "trial-0006"] {
        #expect(names.contains(name))
      }
      #expect(!names.contains { $0.hasSuffix(".part") })
    }
  }

  @Test func aSearchGoesOnWhereItWas() throws {
    try withTemporaryFolder { folder in
      let search = try search(folder)
      let whole = try SearchFolder(folder + "/whole", search).run()
      var part: SearchFolder? = try SearchFolder(folder + "/part", search)
      let some = try part!.run(atMost: 2)
      #expect(!some.isComplete && some.trials.count == 2)
      // While it is open, nobody else may have it.
      #expect(throws: FileError.self) { try SearchFolder(resuming: folder + "/part") }
      part = nil
      // Cut off within a trial: by a stop, as after a signal.
      part = try SearchFolder(resuming: folder + "/part")
      #expect(part!.results.trials == some.trials && part!.search == search)
      let stopped = try part!.run(prepare: { trial, training in
        training.loop.observers.append(
          Stopper(training.loop.control, after: trial.number == 4 ? 2 : .max))
      })
      #expect(stopped.trials.map(\.trial) == [1, 2, 3])
      part = nil
      part = try SearchFolder(resuming: folder + "/part")
      let end = try part!.run(parallel: 2)
      #expect(withoutTime(end) == withoutTime(whole))
      #expect(
        try File.read(folder + "/part/trial-0004/model.safetensors")
          == File.read(folder + "/whole/trial-0004/model.safetensors"))
      // Nothing is left to do.
      let again = try part!.run(onResult: { Issue.record("\($0)") })
      #expect(again.trials == end.trials)
    }
  }

  private final class Stopper: TrainingObserver {
    let control: TrainingControl
    let step: Int

    init(_ control: TrainingControl, after step: Int) {
      self.control = control
      self.step = step
    }

    func receive(_ event: TrainingEvent) {
      if case .step(let report) = event, report.step >= step { control.stop() }
    }
  }

  @Test func foldersThatHoldNoOrAnotherSearchAreRefused() throws {
    try withTemporaryFolder { folder in
      #expect(throws: SearchFolderError.self) { try SearchFolder(resuming: folder) }
      let search = try search(folder)
      do {
        let made = try SearchFolder(folder, search)
        _ = try made.run(atMost: 1)
      }
      let error = try #require(throws: SearchFolderError.self) { try SearchFolder(folder, search) }
      #expect("\(error)".contains("holds a search already"))
      // Damaged files are named.
      let results = folder + "/results.jsonl"
      let lines = try File.read(results)
      let far = String(decoding: lines, as: UTF8.self)
        .replacing("\"trial\":1", with: "\"trial\":-9223372036854775808")
      for bytes in [
        Array("{}\n".utf8), lines + lines, Array(lines.dropLast(20)), [0xff, 10], Array(far.utf8),
      ] {
        try AtomicFile.write(bytes, to: results)
        let error = try #require(throws: SearchFolderError.self) {
          try SearchFolder(resuming: folder)
        }
        #expect("\(error)".contains("results.jsonl"))
      }
      try AtomicFile.write(lines, to: results)
      _ = try SearchFolder(resuming: folder)
      let text = String(decoding: try File.read(folder + "/search.json"), as: UTF8.self)
      let damaged = [
        "", "[]", text.replacing("\"version\" : 1", with: "\"version\" : 2"),
        text.replacing("\"optimizer\"", with: "\"optimiser\""),
        text.replacing("\"hidden\"", with: "\"hiden\""),
      ]
      for text in damaged {
        try AtomicFile.write(Array(text.utf8), to: folder + "/search.json")
        #expect(throws: SearchFolderError.self, "\(text)") { try SearchFolder(resuming: folder) }
      }
    }
  }

  /// What a trial cannot mend ends the search.
  @Test func otherErrorsEndTheSearch() throws {
    try withTemporaryFolder { folder in
      var search = try search(folder)
      search.configuration.dataFolder = folder + "/nothing"
      let made = try SearchFolder(folder + "/search", search)
      #expect(throws: (any Error).self) { try made.run(parallel: 2) }
      #expect(made.results.trials.isEmpty)
    }
  }

  @Test func theBestComesFirst() throws {
    func result(_ trial: Int, _ values: [String: Double], diverged: Bool = false) -> TrialResult {
      TrialResult(
        trial: trial, settings: ["learning-rate": "0.\(trial)"],
        outcome: diverged ? .diverged : .completed, metrics: values, steps: 3, seconds: 1.5,
        problem: nil)
    }
    var search = Search(TrainingConfiguration(), goal: MetricGoal("testAccuracy", .largest))
    try search.space.add("learning-rate", values: ["0.1", "0.2", "0.3", "0.4", "0.5"])
    let trials = [
      result(1, ["testAccuracy": 0.5, "loss": 1]), result(2, ["testAccuracy": 0.9, "loss": 0.3]),
      result(3, ["loss": 0.1], diverged: true), result(4, ["testAccuracy": .nan]),
      result(5, ["testAccuracy": 0.9, "loss": 0.2]),
    ]
    var results = SearchResults(search: search, trials: trials, trialCount: 6)
    #expect(results.ranking.map(\.trial) == [2, 5, 1, 3, 4])
    #expect(results.best?.trial == 2 && !results.isComplete)
    let expected = """
      trial  learning-rate  testAccuracy    loss  seconds
      2                0.2        0.9000  0.3000     1.50
      5                0.5        0.9000  0.2000     1.50
      1                0.1        0.5000  1.0000     1.50
      … and 2 more
      """
    #expect(results.table(limit: 3) == expected)
    #expect(results.table().contains("diverged"))
    search.goal = MetricGoal("loss", .smallest)
    results = SearchResults(search: search, trials: trials, trialCount: 6)
    #expect(results.ranking.map(\.trial) == [5, 2, 1, 3, 4])
    let svg = Figure(searchResults: results).svg()
    #expect(svg.contains("by learning-rate") && svg.contains("best so far"))
    let none = SearchResults(search: search, trials: [], trialCount: 6)
    #expect(none.best == nil && !Figure(searchResults: none).svg().isEmpty)
  }

  @Test func aMetricsNameTellsWhatIsBest() {
    for name in ["loss", "validationLoss", "testError", "testRMSE", "trainMAE"] {
      #expect(MetricGoal(named: name).direction == .smallest, "\(name)")
    }
    for name in ["testAccuracy", "f1", "rSquared", "rocAUC"] {
      #expect(MetricGoal(named: name).direction == .largest, "\(name)")
    }
  }
}
