import BackpropArrays
import BackpropFiles
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
    var version = Self.newestVersion
    var library = LibraryVersion.current
    var learningRate: Double
    var metadata: [String: String]
    var progress: TrainingProgress

    static let newestVersion = 2
  }

  static let (key, checksumKey) = ("training state", "checksum")

  /// Writes the state to a file, whole or not at all: safetensors, with what is no array as JSON in
  /// its metadata, and a checksum of everything.
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
    let header = String(
      decoding: try RunJSON.encoder().encode(
        Header(learningRate: learningRate, metadata: metadata, progress: progress)),
      as: UTF8.self)
    file.metadata[Self.key] = header
    file.metadata[Self.checksumKey] = Self.checksum(of: file, header)
    try file.write(to: path)
  }

  /// Of the numbers as they lie in the file, what they are called, their shapes and types, and of the
  /// header.
  static func checksum(of file: StateDictionary, _ header: String) -> String {
    var sum = CRC32()
    sum.add(header)
    // The format does not keep the order.
    for entry in file.entries.sorted(by: { $0.name < $1.name }) {
      sum.add("\(entry.name) \(entry.array.scalarType) \(entry.array.shape)")
      entry.array.withContiguousBytes { sum.add($0) }
    }
    return String(sum.value, radix: 16)
  }

  /// Reads a state that ``write(to:)`` wrote.
  ///
  /// - Throws: `FileError`, `WeightFileError`; `TrainingStateError` for a file that holds no state, or
  ///   whose bytes are not those that were written.
  public init(contentsOf path: String) throws {
    // A run goes on with the arrays for hours: whatever happens to the file must not matter.
    try self.init(StateDictionary(contentsOf: path, copying: true), path: path)
  }

  /// The state that a file holds, which has been read.
  init(_ file: StateDictionary, path: String) throws {
    guard let text = file.metadata[Self.key] else {
      throw TrainingStateError(problems: ["\(path) holds weights and no state of training"])
    }
    let header: Header
    do {
      header = try RunJSON.decoder().decode(Header.self, from: Data(text.utf8))
    } catch {
      throw TrainingStateError(problems: ["\(path): its state cannot be read: \(error)"])
    }
    guard header.version == Header.newestVersion else {
      throw TrainingStateError(
        problems: [
          "\(path) is of version \(header.version) of the format, expected \(Header.newestVersion)"
        ])
    }
    guard file.metadata[Self.checksumKey] == Self.checksum(of: file, text) else {
      throw TrainingStateError(
        problems: ["\(path) is damaged: its checksum is not that of what it holds"])
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
    metadata = header.metadata
    progress = header.progress
  }
}
