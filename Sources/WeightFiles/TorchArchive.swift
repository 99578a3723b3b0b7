import BackpropFiles

/// A checkpoint of PyTorch: a zip archive of a pickle, `data.pkl`, that says what there is, and of
/// the bytes of the tensors, `data/0`, `data/1`, … Definition: `torch.serialization`.
struct TorchArchive {
  private let archive: ZipArchive
  /// The pickle.
  private let list: ZipArchive.Entry
  /// The folder that everything lies in.
  private let folder: String
  private let entries: [NameKey: ZipArchive.Entry]
  /// The size of the file.
  private let byteCount: Int
  private let isBigEndian: Bool

  init(_ archive: ZipArchive, byteCount: Int) throws(WeightFileError) {
    self.archive = archive
    self.byteCount = byteCount
    entries = Dictionary(uniqueKeysWithValues: archive.entries.map { (NameKey($0.name), $0) })
    guard let list = archive.torchPickle else {
      throw WeightFileError(.invalid("the checkpoint lacks its list, data.pkl"))
    }
    self.list = list
    folder = String(list.name.dropLast("data.pkl".count))
    if entries[NameKey(folder + "constants.pkl")] != nil {
      throw WeightFileError(.unsupported("a TorchScript program"))
    }
    // Older versions of PyTorch do not write it.
    guard let order = entries[NameKey(folder + "byteorder")] else {
      isBigEndian = false
      return
    }
    let name = String(decoding: try Self.view(order, archive).array, as: UTF8.self)
    guard ["little", "big"].contains(name) else {
      throw WeightFileError(.invalid("the order of bytes is neither little nor big"))
    }
    isBigEndian = name == "big"
  }

  /// What it holds.
  func value(limits: Pickle.Limits) throws(WeightFileError) -> PickleValue {
    if list.byteCount > limits.byteCount {
      throw WeightFileError(
        .limitExceeded(
          "its pickle has \(list.byteCount) bytes, and at most \(limits.byteCount) are accepted"))
    }
    let pickle = try Self.view(list, archive).array
    var machine = PickleMachine(PickleReader(pickle), limits: limits, isOfTorch: true)
    let result = try machine.run()
    if machine.reader.position != pickle.count {
      throw WeightFileError(
        .invalid("bytes follow the end of data.pkl at byte \(machine.reader.position)"))
    }
    var converter = PickleConverter(
      nodes: machine.nodes, limits: limits, byteCount: byteCount, isBigEndian: isBigEndian
    ) { storage throws(WeightFileError) in try bytes(of: storage) }
    return try converter.value(of: result)
  }

  private func bytes(of storage: TorchStorage) throws(WeightFileError) -> SharedBytes {
    let key = storage.name.key
    guard let entry = entries[NameKey("\(folder)data/\(key)")] else {
      throw WeightFileError(.invalid("the checkpoint lacks the bytes 'data/\(key)'"))
    }
    return try Self.view(entry, archive)
  }

  /// PyTorch compresses nothing, so that nothing in such an archive grows when it is read.
  private static func view(
    _ entry: ZipArchive.Entry, _ archive: ZipArchive
  ) throws(WeightFileError) -> SharedBytes {
    if entry.isDeflated {
      throw WeightFileError(.unsupported("the compression of '\(entry.name)'"))
    }
    return try archive.view(of: entry)
  }
}

extension ZipArchive {
  /// The pickle that says what a checkpoint of PyTorch holds; `nil` in other archives.
  var torchPickle: Entry? {
    entries.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }
}
