import BackpropArrays
import BackpropFiles

/// The tensors and the metadata of a GGUF file, the format of llama.cpp.
///
/// The format is the letters `GGUF`, a version, the counts of tensors and of metadata, the metadata
/// (values of several types by key), what is said of each tensor (name, sizes, type, place), and the
/// tensors' bytes, each at a multiple of an alignment. Versions 2 and 3 are read, which lie alike, and
/// 3 is written. Definition: `docs/gguf.md` of the project ggml.
///
/// ```swift
/// let file = try GGUF(contentsOf: "model-Q8_0.gguf")
/// file["general.architecture"]?.text                        // "llama"
/// let weight = try file.tensor("blk.0.attn_q.weight")?.array()
/// ```
public struct GGUF: Sendable {
  /// A tensor and its name.
  public struct Tensor: Equatable, Sendable {
    /// The name: `blk.0.attn_q.weight`.
    public let name: String
    /// The type of the numbers, or of blocks of them.
    public let type: GGUFTensorType
    /// The sizes of the axes, the last axis running fastest. A file has them the other way round.
    public let shape: [Int]
    let content: SharedBytes

    /// A tensor of numbers. Traps if GGUF has no such type, or there are more than four axes.
    public init(name: String, _ array: StoredArray) {
      guard let type = GGUFTensorType(array.scalarType), array.shape.count <= GGUF.maximumRank
      else {
        fatalError(
          "GGUF: '\(name)' is \(array.scalarType.rawValue) of shape \(array.shape), which the format "
            + "cannot hold")
      }
      self.init(name: name, type: type, shape: array.shape, content: array.content)
    }

    /// A tensor of numbers that are rounded to blocks. Traps if the rows along the last axis are no
    /// multiple of 32 long, or the numbers are not `float32`.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - array: the numbers.
    ///   - format: how they are rounded.
    public init(name: String, quantizing array: NDArray, as format: QuantizedFormat) {
      self.init(
        name: name, type: GGUFTensorType(format), shape: Array(array.shape),
        content: SharedBytes(format.blocks(of: array)))
    }

    /// A tensor of blocks. Traps unless they are as many as the shape takes, whose rows are a multiple
    /// of 32 long.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - blocks: the bytes.
    ///   - shape: the sizes of the axes.
    ///   - format: how the blocks are laid out.
    public init(name: String, blocks: [UInt8], of shape: [Int], as format: QuantizedFormat) {
      let length = QuantizedFormat.blockLength
      guard (1...GGUF.maximumRank).contains(shape.count), shape.last! % length == 0,
        blocks.count == shape.reduce(1, *) / length * format.blockByteCount
      else {
        fatalError("GGUF: \(blocks.count) bytes are not the blocks of '\(name)' of shape \(shape)")
      }
      self.init(
        name: name, type: GGUFTensorType(format), shape: shape, content: SharedBytes(blocks))
    }

    init(name: String, type: GGUFTensorType, shape: [Int], content: SharedBytes) {
      (self.name, self.type, self.shape, self.content) = (name, type, shape, content)
    }

    /// A copy of the bytes as they lie in the file.
    public var bytes: [UInt8] { content.array }

    /// How many bytes there are in the file.
    public var byteCount: Int { content.count }

    /// How many numbers there are.
    public var count: Int { shape.reduce(1, *) }

    /// The numbers as another file would have them: in their own type, or `F32` for blocks.
    ///
    /// - Throws: `WeightFileError` for blocks of a kind that is not read.
    public func array() throws(WeightFileError) -> StoredArray {
      if let stored = type.storedType {
        return StoredArray(scalarType: stored, shape: shape, content: content)
      }
      guard let format = type.quantizedFormat else {
        throw WeightFileError(
          .unsupported("the tensor '\(name)' in blocks of \(type) (Q8_0 and Q4_0 are read)"))
      }
      return StoredArray(
        content.withUnsafeBytes { format.numbers(of: $0, shape: Shape(shape)) })
    }

    /// The matrix of a linear layer as it is, where it lies in blocks; `nil` for one that does not.
    public var quantizedMatrix: QuantizedMatrix? {
      guard let format = type.quantizedFormat, shape.count == 2 else { return nil }
      return content.withUnsafeBytes {
        QuantizedMatrix(blocks: $0, outputs: shape[0], inputs: shape[1], as: format)
      }
    }
  }

  /// What is said about the model, in order.
  public var metadata: [(key: String, value: GGUFValue)]
  /// The tensors, in the order of the file.
  public let tensors: [Tensor]
  private let places: [NameKey: Int]

  /// The most axes that a tensor has.
  static let maximumRank = 4
  static let magic = Array("GGUF".utf8)
  static let alignmentKey = "general.alignment"
  static let defaultAlignment = 32

  /// Gathers tensors to be written.
  ///
  /// Traps if two have the same name, or two metadata the same key.
  public init(_ tensors: [Tensor], metadata: [(key: String, value: GGUFValue)] = []) {
    var places: [NameKey: Int] = [:]
    for (place, tensor) in tensors.enumerated()
    where places.updateValue(place, forKey: NameKey(tensor.name)) != nil {
      fatalError("GGUF: two tensors are called '\(tensor.name)'")
    }
    if Set(metadata.map { NameKey($0.key) }).count != metadata.count {
      fatalError("GGUF: two of the metadata have the same key")
    }
    (self.tensors, self.metadata, self.places) = (tensors, metadata, places)
  }

  /// The value of a key of the metadata.
  public subscript(key: String) -> GGUFValue? {
    let key = NameKey(key)
    return metadata.first { NameKey($0.key) == key }?.value
  }

  /// The tensor of this name.
  public func tensor(_ name: String) -> Tensor? { places[NameKey(name)].map { tensors[$0] } }

  // MARK: Reading

  /// Opens a file if its first bytes are those of GGUF; `nil` for another, a pipe, or none.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public init?(ifIn path: String) throws {
    // A pipe must not be opened twice: what came to the first is gone with it.
    guard File.exists(path), try FileReader(path).read(Self.magic.count, at: 0) == Self.magic else {
      return nil
    }
    try self.init(contentsOf: path)
  }

  /// Opens a file: its beginning is read, and of a tensor what is looked at.
  ///
  /// The file is mapped. As long as one of its tensors is kept, it must not be cut short, as with
  /// ``Safetensors/init(contentsOf:copying:)``.
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
    var reader = GGUFReader(bytes)
    let letters = try reader.integer("the letters GGUF", as: UInt32.self)
    guard letters == Self.magic.littleEndian(UInt32.self, at: 0) else {
      throw WeightFileError(.invalid("the file does not begin with the letters GGUF"))
    }
    let version = try reader.integer("the version", as: UInt32.self)
    guard version == 2 || version == 3 else {
      throw WeightFileError(
        .unsupported(
          version & 0xffff == 0
            ? "a GGUF file for processors of the other byte order (big-endian)"
            : "version \(version) of GGUF (2 and 3 are read)"))
    }
    // A tensor takes a name, a rank, a type and a place; a value its key, its type and a byte.
    let tensorCount = try reader.count(of: "tensors", each: 24)
    let valueCount = try reader.count(of: "metadata", each: 13)
    var metadata: [(key: String, value: GGUFValue)] = []
    var keys: Set<NameKey> = []
    for _ in 0..<valueCount {
      let key = try reader.text("a key of the metadata", isStrict: true)
      guard keys.insert(NameKey(key)).inserted else {
        throw WeightFileError(.invalid("the metadata have the key '\(key)' twice"))
      }
      metadata.append((key, try reader.value("the metadata '\(key)'")))
    }
    var entries: [GGUFEntry] = []
    var names: Set<NameKey> = []
    for _ in 0..<tensorCount {
      let entry = try GGUFEntry(&reader)
      guard names.insert(NameKey(entry.name)).inserted else {
        throw WeightFileError(.invalid("two tensors are called '\(entry.name)'"))
      }
      entries.append(entry)
    }
    let alignment = try Self.alignment(
      metadata.first { NameKey($0.key) == NameKey(Self.alignmentKey) }?.value)
    // Where no tensor has bytes, the padding before them may be missing.
    let start = min(Self.roundedUp(reader.position, alignment), bytes.count)
    try GGUFEntry.check(entries, alignment: alignment, dataCount: bytes.count - start)
    let data = bytes[start..<bytes.count]
    self.init(
      entries.map {
        // One without numbers may have any place.
        let start = $0.byteCount == 0 ? 0 : $0.offset
        return Tensor(
          name: $0.name, type: $0.type, shape: $0.shape,
          content: data[start..<start + $0.byteCount])
      }, metadata: metadata)
  }

  private static func alignment(_ value: GGUFValue?) throws(WeightFileError) -> Int {
    guard let value else { return defaultAlignment }
    guard case .uint32(let alignment) = value, alignment > 0, alignment & (alignment - 1) == 0
    else {
      throw WeightFileError(
        .invalid("\(alignmentKey) is \(value), and must be a power of two of 32 bits"))
    }
    return Int(alignment)
  }

  private static func roundedUp(_ count: Int, _ alignment: Int) -> Int {
    (count + alignment - 1) / alignment * alignment
  }

  // MARK: Writing

  /// Writes a file of version 3: whole or not at all.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public func write(to path: String) throws {
    let (header, alignment) = encodedHeader()
    try AtomicFile.write(to: path) { file in
      try file.write(header)
      for tensor in tensors {
        try file.write(tensor.content)
        try file.write(Self.padding(tensor.content.count, alignment))
      }
    }
  }

  /// The bytes of a file.
  public func encoded() -> [UInt8] {
    let (header, alignment) = encodedHeader()
    return tensors.reduce(into: header) {
      $0 += $1.content.array + Self.padding($1.content.count, alignment)
    }
  }

  private static func padding(_ count: Int, _ alignment: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: roundedUp(count, alignment) - count)
  }

  private func encodedHeader() -> (bytes: [UInt8], alignment: Int) {
    let alignment: Int
    do throws(WeightFileError) {
      alignment = try Self.alignment(self[Self.alignmentKey])
    } catch { fatalError("GGUF: \(error)") }
    var bytes = Self.magic
    bytes.append(littleEndian: UInt32(3))
    bytes.append(littleEndian: UInt64(tensors.count))
    bytes.append(littleEndian: UInt64(metadata.count))
    for (key, value) in metadata {
      GGUFValue.string(key).append(to: &bytes)
      bytes.append(littleEndian: value.kind.rawValue)
      value.append(to: &bytes)
    }
    var offset = 0
    for tensor in tensors {
      GGUFValue.string(tensor.name).append(to: &bytes)
      bytes.append(littleEndian: UInt32(tensor.shape.count))
      for size in tensor.shape.reversed() { bytes.append(littleEndian: UInt64(size)) }
      bytes.append(littleEndian: tensor.type.rawValue)
      bytes.append(littleEndian: UInt64(offset))
      offset += Self.roundedUp(tensor.content.count, alignment)
    }
    return (bytes + Self.padding(bytes.count, alignment), alignment)
  }
}
