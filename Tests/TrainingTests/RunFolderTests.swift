import BackpropFiles
import Foundation
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing
import BackpropWeightFiles

@testable import BackpropTraining

@Suite struct RunFolderTests {
  private let model = TrainingLoopTests.linear([1, 2, 3, 4])

  private func makeFolder(_ path: String) throws -> RunFolder {
    var configuration = TrainingConfiguration()
    configuration.length = .steps(7)
    configuration.activation = .tanh
    return try RunFolder(
      path, model: model, configuration: configuration, classNames: ["cat", "dog"])
  }

  /// The report of an epoch, made by a run, since only the library makes reports.
  private func report(_ epoch: Int) -> EpochReport {
    let recorder = TrainingLoopTests.Recorder()
    let loop = TrainingLoopTests.loop(TrainingLoopTests.linear([1, 0, 0, 1]))
    loop.observers = [recorder]
    _ = try? loop.run(epochs: epoch)
    return recorder.epochs[epoch - 1]
  }

  /// Ends a run that changes nothing but the folder.
  private func finish(_ folder: RunFolder) throws {
    let loop = TrainingLoopTests.loop(TrainingLoopTests.linear([1, 0, 0, 1]))
    try folder.receive(.finished(loop.run(steps: 1)))
  }

  @Test func keepsWhatWasAsked() throws {
    try withTemporaryFolder { path in
      _ = try makeFolder(path + "/deep/run")
      let bytes = try File.read(path + "/deep/run/config.json")
      let read = try JSONDecoder().decode(TrainingConfiguration.self, from: Data(bytes))
      #expect(read.length == .steps(7))
      #expect(read.activation == .tanh)
      #expect(read.seed == 0)
    }
  }

  @Test func addsALineAnEpochAndTheWeightsAtTheEnd() throws {
    try withTemporaryFolder { path in
      let folder = try makeFolder(path)
      let reports = [report(1), report(2)]
      for report in reports { try folder.receive(.epoch(report)) }
      let lines = String(decoding: try File.read(path + "/metrics.jsonl"), as: UTF8.self)
        .split(separator: "\n")
      let read = try lines.map {
        try JSONDecoder().decode(EpochReport.self, from: Data($0.utf8))
      }
      #expect(read == reports)
      #expect(try RunFolder.reports(of: path) == reports)
      #expect(!File.exists(folder.weightsPath))

      try finish(folder)
      let state = try StateDictionary(contentsOf: path + "/model.safetensors")
      #expect(state["layers.0.weight"]?.scalars(as: Float.self) == [1, 3, 2, 4])
      #expect(state.metadata["activation"] == "tanh")
      #expect(state.metadata["classes"] == "cat\ndog")
      let curves = String(decoding: try File.read(path + "/curves.svg"), as: UTF8.self)
      #expect(curves.contains("accuracy"))
    }
  }

  /// Of a perceptron the file says nothing but its activation, as it always did.
  @Test func theWeightsSayOfWhichModelTheyAre() throws {
    try withTemporaryFolder { path in
      for kind in KnownModel.allCases {
        var configuration = TrainingConfiguration()
        configuration.model = kind
        let folder = try RunFolder(
          path, model: model, configuration: configuration, classNames: ["a", "b"])
        try finish(folder)
        let metadata = try StateDictionary(contentsOf: folder.weightsPath).metadata
        #expect(metadata["model"] == (kind == .mlp ? nil : kind.rawValue))
        #expect(metadata["activation"] == (kind == .mlp ? "relu" : nil))
      }
    }
  }

  @Test func removesTheMetricsOfAnEarlierRun() throws {
    try withTemporaryFolder { path in
      let first = try makeFolder(path)
      try first.receive(.epoch(report(1)))
      try finish(first)
      _ = try makeFolder(path)
      #expect(!File.exists(path + "/metrics.jsonl"))
      #expect(File.exists(path + "/model.safetensors"))
    }
  }

  @Test func cannotBeMadeWhereAFileIs() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      try AtomicFile.write([1], to: path)
      #expect(throws: FileError.self) { _ = try makeFolder(path) }
      #expect(throws: FileError.self) { _ = try makeFolder(path + "/run") }
    }
  }

  @Test func freshPathsAreNotTakenYet() throws {
    try withTemporaryFolder { path in
      let date = try #require(
        Calendar(identifier: .gregorian).date(
          from: DateComponents(year: 2026, month: 1, day: 31, hour: 9, minute: 5, second: 7)))
      for suffix in ["", "-2", "-3"] {
        let fresh = RunFolder.freshPath(dataset: "mnist", in: path, date: date)
        #expect(fresh == path + "/mnist-20260131-090507" + suffix)
        try File.createFolder(fresh)
      }
    }
  }

  // MARK: Runs that go on

  @Test func sayHowTheyEnded() throws {
    try withTemporaryFolder { path in
      #expect(try RunFolder.result(of: path) == nil)
      let folder = try makeFolder(path)
      #expect(try RunFolder.result(of: path) == nil)
      try finish(folder)
      let result = try #require(try RunFolder.result(of: path))
      #expect(result.steps == 1 && result.end == .completed && result.metrics["accuracy"] != nil)
      // One that begins again has not ended.
      _ = try makeFolder(path)
      #expect(try RunFolder.result(of: path) == nil)
      #expect(
        try RunFolder.configuration(TrainingConfiguration.self, of: path).length == .steps(7))
    }
  }

  @Test func epochsThatHappenAgainAreThereOnce() throws {
    try withTemporaryFolder { path in
      var folder: RunFolder? = try makeFolder(path)
      for epoch in 1...3 { try folder?.receive(.epoch(report(epoch))) }
      folder = nil
      let resumed = try RunFolder(
        path, model: model, configuration: TrainingConfiguration(), metadata: [:], resuming: true)
      #expect(resumed.reports.map(\.epoch) == [1, 2, 3])
      // It goes on after the second.
      let plan = TrainingPlan(stepCount: 9, stepsPerEpoch: 1, stepsDone: 2, epochsDone: 2)
      try resumed.receive(.started(plan))
      try resumed.receive(.epoch(report(3)))
      #expect(try RunFolder.reports(of: path).map(\.epoch) == [1, 2, 3])
    }
  }

  @Test func oneRunWritesIntoAFolderAtATime() throws {
    try withTemporaryFolder { path in
      let first = try makeFolder(path)
      let error = #expect(throws: FileError.self) { try makeFolder(path) }
      #expect(error?.reason == .inUse(process: Int(getpid())))
      // With its last word it gives the folder up.
      try finish(first)
      #expect(throws: Never.self) { try makeFolder(path) }
    }
  }

  @Test func beginningAnewTakesTheCheckpointsAway() throws {
    try withTemporaryFolder { path in
      let folder = try makeFolder(path)
      let loop = TrainingLoopTests.loop(TrainingLoopTests.linear([1, 0, 0, 1]))
      loop.checkpoints = folder.checkpoints
      loop.observers = [folder]
      try loop.run(epochs: 2)
      #expect(Checkpoints.steps(in: path + "/checkpoints") == [1, 2])
      let state = try TrainingState(contentsOf: folder.checkpoints.path(step: 2))
      #expect(state.metadata["configuration"]?.contains("\"steps\" : 7") == true)
      _ = try makeFolder(path)
      #expect(Checkpoints.steps(in: path + "/checkpoints").isEmpty)
      #expect(File.exists(path + "/model.safetensors"))
    }
  }

  /// A metric may be no number: of classes that have no examples, say.
  @Test func metricsThatAreNoNumbers() throws {
    try withTemporaryFolder { path in
      let folder = try makeFolder(path)
      let loop = TrainingLoopTests.loop(TrainingLoopTests.linear([1, 0, 0, 1]))
      loop.evaluation = { ["nan": .nan, "large": .infinity, "one": 1] }
      loop.observers = [folder]
      try loop.run(epochs: 1)
      let text = String(decoding: try File.read(path + "/metrics.jsonl"), as: UTF8.self)
      #expect(text.contains("\"nan\":null"))
      let metrics = try #require(try RunFolder.reports(of: path).first).metrics
      #expect(metrics["nan"]?.isNaN == true && metrics["one"] == 1)
      #expect(try RunFolder.result(of: path)?.metrics["large"] == .infinity)
    }
  }

  @Test func filesThatAreDamagedAreNamed() throws {
    try withTemporaryFolder { path in
      for name in ["config.json", "result.json", "metrics.jsonl"] {
        try AtomicFile.write(Array("{}\n".utf8), to: "\(path)/\(name)")
      }
      let errors = [
        #expect(throws: RunFolderError.self) {
          try RunFolder.configuration(TrainingConfiguration.self, of: path)
        },
        #expect(throws: RunFolderError.self) { try RunFolder.result(of: path) },
        #expect(throws: RunFolderError.self) { try RunFolder.reports(of: path) },
      ]
      for (error, name) in zip(errors, ["config.json", "result.json", "metrics.jsonl"]) {
        #expect(error?.description.hasPrefix("cannot use '\(path)/\(name)': ") == true)
      }
    }
  }
}
