import BackpropArrays
import BackpropFiles

/// Arrays by name, in order: what a model's weights are in a file.
public struct StateDictionary: Sendable {
  /// An array and its name.
  public struct Entry: Sendable {
    /// The name: `hidden.weight`.
    public let name: String
    /// The numbers.
    public let array: NDArray
  }

  /// The arrays, in order.
  public private(set) var entries: [Entry] = []
  /// Texts by key that go with them.
  public var metadata: [String: String] = [:]
  /// The file that they were read from.
  public let file: String?

  /// Nothing yet.
  public init(file: String? = nil) { self.file = file }

  /// The array of this name, or `nil`.
  public subscript(name: String) -> NDArray? { entries.first { $0.name == name }?.array }

  /// The names, in order.
  public var names: [String] { entries.map(\.name) }

  /// Adds an array, or replaces the one of that name.
  public mutating func set(_ name: String, _ array: NDArray) {
    let entry = Entry(name: name, array: array)
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Reads a weight file: safetensors, or a pickle of a dictionary of NumPy arrays. Which of the
  /// two it is shows from its first bytes.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public init(contentsOf path: String) throws {
    self.init(file: path)
    // A pickle begins with its protocol or an opening bracket; a safetensors file with the length
    // of its header and, at byte 8, the header's brace.
    let start = try FileReader(path).read(9, at: 0)
    if start.count == 9, start[8] == UInt8(ascii: "{") {
      let file = try Safetensors(contentsOf: path)
      metadata = file.metadata
      for tensor in file.tensors { set(tensor.name, tensor.array.array) }
    } else {
      guard let arrays = try Pickle.read(path).arrays else {
        throw WeightFileError(
          .invalid("the pickle holds something other than a dictionary of arrays"), file: path)
      }
      for (name, array) in arrays { set(name, array.array) }
    }
  }

  /// Writes a safetensors file: whole or not at all.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public func write(to path: String) throws {
    try Safetensors(
      entries.map { .init(name: $0.name, array: StoredArray($0.array)) }, metadata: metadata
    ).write(to: path)
  }
}
