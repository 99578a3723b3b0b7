import Files
import Foundation
import NeuralNetworks
import WeightFiles

/// The folder that a training run leaves behind: `config.json` (what was asked), `metrics.jsonl`
/// (one line an epoch, written as it happens) and `model.safetensors` (the weights, written whole
/// at the end).
public final class RunFolder: TrainingObserver {
  /// The folder.
  public let path: String
  /// Where the weights are written.
  public var weightsPath: String { path + "/model.safetensors" }

  private let model: any Layer
  private let metadata: [String: String]
  private var metrics: [EpochReport] = []

  /// Makes the folder, and `config.json` in it.
  ///
  /// - Parameters:
  ///   - path: the folder; those above it are made too.
  ///   - model: whose weights to save.
  ///   - configuration: what was asked.
  ///   - classNames: what the classes are called.
  /// - Throws: `FileError`.
  public init(
    _ path: String, model: any Layer, configuration: TrainingConfiguration, classNames: [String]
  ) throws {
    self.path = path
    self.model = model
    metadata = [
      "activation": configuration.activation.rawValue,
      "dataset": configuration.dataset,
      "classes": classNames.joined(separator: "\n"),
    ]
    try File.createFolder(path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(
      Array(try encoder.encode(configuration)) + [UInt8(ascii: "\n")], to: path + "/config.json")
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .started, .step: break
    case .epoch(let report):
      metrics.append(report)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      var lines: [UInt8] = []
      for report in metrics { lines += Array(try encoder.encode(report)) + [UInt8(ascii: "\n")] }
      try AtomicFile.write(lines, to: path + "/metrics.jsonl")
    case .finished:
      try model.save(to: weightsPath, metadata: metadata)
    }
  }
}
