import BackpropFiles
import Foundation
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing
import BackpropTraining
import BackpropWeightFiles

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
}
