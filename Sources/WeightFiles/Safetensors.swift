import BackpropFiles

/// Weights by name, as in a file of the safetensors format.
///
/// The format is a length (64 bits, little-endian), a header in JSON that says the name, type, shape
/// and place of every tensor, and the bytes of the tensors without gaps. Definition: "Format" in the
/// documentation of Hugging Face's safetensors.
///
/// ```swift
/// let weights = try Safetensors(contentsOf: "model.safetensors")
/// let hidden = weights["hidden.weight"]          // StoredArray?
/// try weights.write(to: "copy.safetensors")
/// ```
public struct Safetensors: Equatable, Sendable {
  /// A tensor and its name.
  public struct Tensor: Equatable, Sendable {
    /// The name: `hidden.weight`.
    public let name: String
    /// The type, the shape and the bytes.
    public let array: StoredArray

    /// Names an array.
    public init(name: String, array: StoredArray) {
      self.name = name
      self.array = array
    }
  }

  /// The tensors; after reading, in the order of the file.
  public let tensors: [Tensor]
  /// Texts by key, for the program that wrote the file.
  public var metadata: [String: String]
  private let places: [NameKey: Int]

  /// Gathers tensors to be written.
  ///
  /// Traps if two have the same name, or one is called `__metadata__`.
  public init(_ tensors: [Tensor] = [], metadata: [String: String] = [:]) {
    var places: [NameKey: Int] = [:]
    for (place, tensor) in tensors.enumerated() {
      if tensor.name == "__metadata__"
        || places.updateValue(place, forKey: NameKey(tensor.name)) != nil
      {
        fatalError("Safetensors: the name '\(tensor.name)' is given twice or reserved")
      }
    }
    self.tensors = tensors
    self.metadata = metadata
    self.places = places
  }

  /// The tensor of this name, which is compared by its bytes; `nil` if there is none.
  public subscript(name: String) -> StoredArray? {
    places[NameKey(name)].map { tensors[$0].array }
  }

  /// Opens a file: only its header is read, and of a tensor what is looked at.
  ///
  /// The file is mapped. As long as one of its tensors is kept, it must not be cut short: looking at
  /// what is gone would end the program (SIGBUS). Programs that replace a file by renaming a new one,
  /// as this library does, are no danger.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - copying: whether it is read into memory at once, which makes its tensors independent of it.
  /// - Throws: `FileError` or `WeightFileError`.
  public init(contentsOf path: String, copying: Bool = false) throws {
    let bytes = try FileReader(path).contents(copying: copying)
    do throws(WeightFileError) {
      try self.init(bytes)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `WeightFileError`.
  public init(_ bytes: [UInt8]) throws(WeightFileError) { try self.init(SharedBytes(bytes)) }

  init(_ bytes: SharedBytes) throws(WeightFileError) {
    if bytes.count < 8 {
      throw WeightFileError(
        .truncated(part: "the length of the header", expected: 8, found: bytes.count))
    }
    let headerCount = bytes[0..<8].array.littleEndian(UInt64.self, at: 0)
    if headerCount > UInt64(SafetensorsHeader.maximumByteCount) {
      throw WeightFileError(
        .limitExceeded(
          "the header claims \(headerCount) bytes, and the format allows "
            + "\(SafetensorsHeader.maximumByteCount)"))
    }
    let dataStart = 8 + Int(headerCount)
    if dataStart > bytes.count {
      throw WeightFileError(
        .truncated(part: "the header", expected: Int(headerCount), found: bytes.count - 8))
    }
    let header = try SafetensorsHeader(
      json: bytes[8..<dataStart].array, dataCount: bytes.count - dataStart)
    let data = bytes[dataStart..<bytes.count]
    self.init(
      header.entries.map { entry in
        Tensor(
          name: entry.name,
          array: StoredArray(
            scalarType: entry.scalarType, shape: entry.shape, content: data[entry.range]))
      }, metadata: header.metadata)
  }

  /// Writes a file: whole or not at all.
  ///
  /// The same tensors give the same bytes whatever order they are in: types with the widest elements
  /// come first, so that every tensor is aligned, and names follow in order; the header is padded
  /// with spaces to a multiple of 8 bytes.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public func write(to path: String) throws {
    let (header, sorted) = encodedHeader()
    try AtomicFile.write(to: path) { file in
      try file.write(header)
      for tensor in sorted { try file.write(tensor.array.content) }
    }
  }

  /// The bytes of a file.
  public func encoded() -> [UInt8] {
    let (header, sorted) = encodedHeader()
    return sorted.reduce(into: header) { $0 += $1.array.bytes }
  }

  private func encodedHeader() -> (header: [UInt8], sorted: [Tensor]) {
    let ranks = Dictionary(
      uniqueKeysWithValues: StoredScalarType.allCases.enumerated().map { ($1, $0) })
    let sorted = tensors.sorted {
      let (left, right) = (ranks[$0.array.scalarType]!, ranks[$1.array.scalarType]!)
      return left == right
        ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : left > right
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
        "\(jsonQuoted($0.key)):\(jsonQuoted($0.value))"
      }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in sorted {
      let shape = tensor.array.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.array.content.count
      members.append(
        "\(jsonQuoted(tensor.name)):{\"dtype\":\"\(tensor.array.scalarType.rawValue)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    var header: [UInt8] = []
    header.append(littleEndian: UInt64(json.count))
    return (header + json, sorted)
  }
}
