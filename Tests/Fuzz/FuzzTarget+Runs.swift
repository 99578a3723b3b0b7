import BackpropArrays
import BackpropAutodiff
import BackpropData
import BackpropFiles
import BackpropNeuralNetworks
import BackpropOptimizers
import BackpropWeightFiles

@testable import BackpropTraining

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FuzzTarget {
  /// JSON that is read, written, and read again as the same.
  @Sendable static func useJSON(_ bytes: [UInt8]) throws {
    let document = try JSONDocument(bytes)
    let text = document.description
    guard try JSONDocument(Array(text.utf8)).description == text else {
      fatalError("'\(text)' is read as another value than it was written for")
    }
    _ = (document["a"], document.double, document.integer, document.string)
  }

  /// The files of a run's folder but for its arrays: what was asked, the epochs, the result and the
  /// sessions.
  @Sendable static func useRun(_ bytes: [UInt8]) throws {
    _ = try? RunSessions.read(MemoryFile(bytes).path)
    let summary = MetricsSummary(bytes)
    _ = (summary.last?.description, summary.damagedLines.count)
    let data = Data(bytes)
    _ = try? RunJSON.decoder().decode(TrainingResult.self, from: data)
    let asked = try RunJSON.decoder().decode(TrainingConfiguration.self, from: data)
    try asked.validate(exampleCount: 1000)
    _ = try RunJSON.encoder().encode(asked)
    _ = (asked.name, asked.metadata(classNames: ["a", "b"]))
    if asked.model == .mlp, asked.hidden.count <= 4, asked.hidden.allSatisfy({ $0 <= 64 }) {
      _ = asked.makeOptimizer(for: asked.makeModel(inputs: 3, classes: 2))
    }
  }

  /// What a checkpoint holds beside its arrays, taken up by a loop, which then goes on.
  @Sendable static func takeUp(_ bytes: [UInt8]) throws {
    let model = Linear(weight: .zeros([2, 1]))
    let data = TensorDataset(inputs: .zeros([20, 2]), targets: .zeros([20, 1]))
    let loop = TrainingLoop(model, SGD(for: model, learningRate: 0.1), data, batchSize: 8) {
      meanSquaredError(predictions: model($0.inputs, $1), targets: $0.targets)
    }
    loop.earlyStopping = EarlyStopping(on: "loss", .smallest, patience: 2)
    loop.reduceOnPlateau = ReduceOnPlateau(of: "loss", .smallest)
    // A file whose checksum is right, whatever it says.
    var file = StateDictionary()
    for (name, array) in loop.state.weights { file.set("model/" + name, array) }
    for (name, array) in loop.state.optimizer { file.set("optimizer/" + name, array) }
    let text = String(decoding: bytes, as: UTF8.self)
    file.metadata = [
      TrainingState.key: text, TrainingState.checksumKey: TrainingState.checksum(of: file, text),
    ]
    try loop.restore(TrainingState(file, path: "fuzz"))
    for _ in 0..<4 where !loop.hasStoppedImproving { try loop.step() }
  }
}
