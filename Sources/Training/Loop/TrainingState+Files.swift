import BackpropArrays
import BackpropWeightFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TrainingState {
  /// The parts of a file: what the names of the arrays begin with.
  private enum Part: String {
    case weights = "model/"
    case optimizer = "optimizer/"
    case averages = "averages/"
    case best = "best/"
  }

  /// What the metadata hold beside the arrays.
  private struct Header: Codable {
    var version = 1
    var learningRate: Double
    var progress: TrainingProgress
  }

  private static let key = "training state"

  /// Writes the state to a file, whole or not at all: safetensors, with what is no array as JSON in
  /// its metadata.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    var file = StateDictionary()
    func add(_ arrays: [String: NDArray], _ part: Part) {
      for name in arrays.keys.sorted() { file.set(part.rawValue + name, arrays[name]!) }
    }
    add(weights, .weights)
    add(optimizer, .optimizer)
    if let averages { add(averages, .averages) }
    if let bestWeights { add(bestWeights, .best) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let header = try encoder.encode(Header(learningRate: learningRate, progress: progress))
    file.metadata[Self.key] = String(decoding: header, as: UTF8.self)
    try file.write(to: path)
  }

  /// Reads a state that ``write(to:)`` wrote.
  ///
  /// - Throws: `FileError`, `WeightFileError`; `TrainingStateError` for a file that holds no state.
  public init(contentsOf path: String) throws {
    // A run goes on with the arrays for hours: whatever happens to the file must not matter.
    let file = try StateDictionary(contentsOf: path, copying: true)
    guard let text = file.metadata[Self.key] else {
      throw TrainingStateError(problems: ["\(path) holds weights and no state of training"])
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let header: Header
    do {
      header = try decoder.decode(Header.self, from: Data(text.utf8))
    } catch {
      throw TrainingStateError(problems: ["\(path): its state cannot be read: \(error)"])
    }
    guard header.version == 1 else {
      throw TrainingStateError(
        problems: ["\(path) is of version \(header.version) of the format, expected 1"])
    }
    func arrays(_ part: Part) -> [String: NDArray]? {
      var arrays: [String: NDArray] = [:]
      for entry in file.entries where entry.name.hasPrefix(part.rawValue) {
        arrays[String(entry.name.dropFirst(part.rawValue.count))] = entry.array
      }
      return arrays.isEmpty ? nil : arrays
    }
    weights = arrays(.weights) ?? [:]
    optimizer = arrays(.optimizer) ?? [:]
    averages = arrays(.averages)
    bestWeights = arrays(.best)
    learningRate = header.learningRate
    progress = header.progress
  }
}
