import BackpropFiles

/// A checkpoint as PyTorch wrote it before version 1.6, and still does where it is asked to: pickles
/// one after the other (a magic number, a version, facts about the machine, the value, the names of
/// its storages), and then the bytes of the storages, each after the number of its elements.
/// Definition: `_legacy_save` of `torch.serialization`.
struct TorchLegacyFile {
  /// The values of the pickle.
  let nodes: PickleNodes
  /// The place of the result in `nodes`.
  let result: UInt32
  private let file: SharedBytes
  /// Where in the file the bytes of the storages are, by their keys.
  private var ranges: [String: Range<Int>] = [:]

  /// `torch.serialization.MAGIC_NUMBER`, the lowest byte first.
  private static let magicNumber: [UInt8] = [
    0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]
  private static let version = 1001
  /// The pickles say what there is, and are nearly always shorter than this: the file is not copied
  /// for them.
  private static let usualPickleCount = 1 << 26

  /// Whether a file begins as these do: with the pickle of the magic number, of whatever protocol.
  static func isBeginning(_ bytes: [UInt8]) -> Bool {
    let number = [PickleOpcode.long1.rawValue, UInt8(magicNumber.count)] + magicNumber
    if bytes.starts(with: Array("L119547037146038801333356L\n.".utf8)) { return true }
    guard bytes.first == PickleOpcode.proto.rawValue else { return false }
    let rest = bytes.dropFirst(2)
    // Protocols 4 and 5 have a frame around it.
    return rest.starts(with: number)
      || rest.first == PickleOpcode.frame.rawValue && rest.dropFirst(9).starts(with: number)
  }

  init(_ bytes: SharedBytes, limits: Pickle.Limits) throws(WeightFileError) {
    let usual = min(bytes.count, Self.usualPickleCount)
    do throws(WeightFileError) {
      self = try Self(bytes, pickleCount: usual, limits: limits)
    } catch {
      guard case .truncated = error.reason, usual < bytes.count else { throw error }
      self = try Self(bytes, pickleCount: bytes.count, limits: limits)
    }
  }

  /// - Parameters:
  ///   - bytes: the file.
  ///   - pickleCount: how many of its bytes are looked at for the pickles.
  ///   - limits: what they may ask for at most.
  private init(
    _ bytes: SharedBytes, pickleCount: Int, limits: Pickle.Limits
  ) throws(WeightFileError) {
    file = bytes
    var machine = PickleMachine(PickleReader(bytes[0..<pickleCount].array), limits: limits)
    let magicNumber = try machine.run()
    guard case .wideInt(Self.magicNumber) = machine.nodes[magicNumber] else {
      throw WeightFileError(.invalid("it does not begin with the magic number of PyTorch"))
    }
    machine = PickleMachine(machine.reader, limits: limits)
    let versionPlace = try machine.run()
    guard case .int(let version) = machine.nodes[versionPlace] else {
      throw WeightFileError(.invalid("the version of the checkpoint is no number"))
    }
    if version != Self.version {
      throw WeightFileError(.unsupported("version \(version) of PyTorch's older format"))
    }
    // What machine wrote it: the numbers are little-endian on all of them.
    machine = PickleMachine(machine.reader, limits: limits)
    _ = try machine.run()

    machine = PickleMachine(machine.reader, limits: limits, isOfTorch: true)
    result = try machine.run()
    nodes = machine.nodes
    machine = PickleMachine(machine.reader, limits: limits)
    let keysPlace = try machine.run()
    guard case .list(let keys) = machine.nodes[keysPlace] else {
      throw WeightFileError(.invalid("the list of the checkpoint's storages is none"))
    }
    try findStorages(keys.map { machine.text($0) }, from: machine.reader.position)
  }

  private mutating func findStorages(
    _ keys: [String?], from start: Int
  ) throws(WeightFileError) {
    var storages: [String: TorchStorage] = [:]
    for storage in nodes.storages where storage.bytes == nil {
      storages[storage.name.key] = storage
    }
    var position = start
    func require(_ count: Int, of part: String) throws(WeightFileError) {
      if count > file.count - position {
        throw WeightFileError(
          .truncated(part: part, expected: count, found: file.count - position))
      }
    }
    for key in keys {
      // A key that comes twice is not there the second time.
      guard let key, let storage = storages.removeValue(forKey: key) else {
        throw WeightFileError(.invalid("the list of the checkpoint's storages has others"))
      }
      try require(8, of: "the size of the storage '\(key)'")
      let count = file[position..<position + 8].array.littleEndian(Int64.self, at: 0)
      position += 8
      if count != storage.totalCount {
        throw WeightFileError(
          .invalid("the storage '\(key)' has \(count) elements, and not \(storage.totalCount)"))
      }
      let byteCount = storage.totalCount * storage.width
      try require(byteCount, of: "the storage '\(key)'")
      ranges[key] = position..<position + byteCount
      position += byteCount
    }
    if position != file.count {
      throw WeightFileError(
        .invalid("bytes follow the end of the checkpoint at byte \(position)"))
    }
  }

  /// All bytes that a storage lies in.
  func bytes(of storage: TorchStorage) throws(WeightFileError) -> SharedBytes {
    guard let range = ranges[storage.name.key] else {
      throw WeightFileError(
        .invalid("the checkpoint lacks the bytes of the storage '\(storage.name.key)'"))
    }
    return file[range]
  }

  /// What it holds.
  func value(limits: Pickle.Limits) throws(WeightFileError) -> PickleValue {
    var converter = PickleConverter(nodes: nodes, limits: limits, byteCount: file.count) {
      storage throws(WeightFileError) in try bytes(of: storage)
    }
    return try converter.value(of: result)
  }
}
