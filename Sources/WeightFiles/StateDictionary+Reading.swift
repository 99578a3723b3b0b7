import BackpropArrays
import BackpropFiles

extension StateDictionary {
  /// Reads a weight file: safetensors, a PyTorch checkpoint (`torch.save`), npz, npy (named after the
  /// file; several in one file are numbered), GGUF, or a pickle with NumPy arrays or tensors. Which it is
  /// shows from its first bytes, and stands in ``format`` afterwards. The file may be a pipe.
  ///
  /// The blocks of a GGUF file become `float32`, which takes up to seven times their memory; ``GGUF``
  /// gives them as they are. Of its metadata, ``metadata`` has all but arrays, as texts.
  ///
  /// Of a checkpoint or pickle that holds other things too, the weights of the model are taken: what
  /// lies under `state_dict`, `model_state_dict`, `model` or the like, or what alone is a dictionary of
  /// arrays. Dictionaries in dictionaries give names with points. `key` names another part, such as
  /// "generator" or "optimizer.state", and "" all arrays of the file, with names that begin at its top;
  /// of a file that only has names, a key takes those that begin with it and a point. Everything in a
  /// checkpoint, numbers and texts too, is read by ``PyTorchFile/read(_:limits:)``.
  ///
  /// No code of the file is run. Arrays that lie in a file as they do in memory are looked at there and
  /// not read before, as with ``Safetensors/init(contentsOf:copying:)``: the file must not be cut short
  /// as long as they are kept. Models that load them have copies of their own.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - key: the part of the file that is meant; `nil` takes the weights of a model.
  ///   - copying: whether all is read into memory at once, and nothing depends on the file afterwards.
  /// - Throws: `FileError`, or `WeightFileError` that says what the file is instead, or what it holds
  ///   where that may be several things.
  public init(contentsOf path: String, key: String? = nil, copying: Bool = false) throws {
    let reader = try FileReader(path)
    let start = WeightFileFormat(firstBytes: try reader.read(WeightFileFormat.prefixCount, at: 0))
    if !start.isRead { throw WeightFileError(.wrongFormat(start), file: path) }
    let bytes = try reader.contents(copying: copying)
    do throws(WeightFileError) {
      let content = try WeightFileContent(bytes, as: start, key: key, name: Self.stem(of: path))
      self.init(file: path, format: content.format)
      for (name, array) in content.arrays { set(name, array) }
      metadata = content.metadata
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a weight file of any of the formats that
  /// ``init(contentsOf:key:copying:)`` reads.
  ///
  /// - Throws: `WeightFileError`.
  public init(_ bytes: [UInt8], key: String? = nil) throws(WeightFileError) {
    let start = WeightFileFormat(firstBytes: Array(bytes.prefix(WeightFileFormat.prefixCount)))
    let content = try WeightFileContent(SharedBytes(bytes), as: start, key: key, name: "array")
    self.init(format: content.format)
    for (name, array) in content.arrays { set(name, array) }
    metadata = content.metadata
  }

  /// The name of a file without its folders and its ending.
  private static func stem(of path: String) -> String {
    let (name, ending) = (File.name(of: path), File.nameEnding(of: path))
    return ["npy", "pt", "pth", "pkl"].contains(ending)
      ? String(name.dropLast(ending.count + 1)) : name
  }
}

/// What is in a weight file.
private struct WeightFileContent {
  var format: WeightFileFormat
  var arrays: [(name: String, array: StoredArray)] = []
  var metadata: [String: String] = [:]

  /// - Parameters:
  ///   - bytes: the file.
  ///   - start: what it is by its first bytes.
  ///   - key: the part of it that is meant.
  ///   - name: what an array without a name is called.
  init(
    _ bytes: SharedBytes, as start: WeightFileFormat, key: String?, name: String
  ) throws(WeightFileError) {
    format = start
    switch start {
    case .safetensors:
      let file = try Safetensors(bytes)
      arrays = file.tensors.map { ($0.name, $0.array) }
      metadata = file.metadata
    case .gguf:
      let file = try GGUF(bytes)
      for tensor in file.tensors { arrays.append((tensor.name, try tensor.array())) }
      for (key, value) in file.metadata where value.array == nil {
        metadata[key] = value.description
      }
    case .npy:
      let all = try NPY.decodeAll(bytes)
      arrays = all.enumerated().map { (all.count == 1 ? name : "\(name).\($0)", $1) }
    case .zip:
      let archive = try ZipArchive(bytes)
      format = archive.format
      switch format {
      case .npz: arrays = try NPZ.decode(archive)
      case .pyTorch:
        arrays = try Self.weights(
          in: TorchArchive(archive, byteCount: bytes.count).value(limits: Pickle.Limits()),
          key: key, name: name, fileByteCount: bytes.count)
        return
      default: throw WeightFileError(.wrongFormat(format))
      }
    case .oldPyTorch:
      arrays = try Self.weights(
        in: TorchLegacyFile(bytes, limits: Pickle.Limits()).value(limits: Pickle.Limits()),
        key: key, name: name, fileByteCount: bytes.count)
      return
    case .pickle:
      arrays = try Self.weights(
        in: Pickle.decode(bytes.array), key: key, name: name, fileByteCount: bytes.count)
      return
    default: throw WeightFileError(.wrongFormat(start))
    }
    if let key { try choose(key, name: name) }
  }

  /// The weights of a model in a pickle.
  ///
  /// What one value is called in many places is held once and yet loaded again and again, so that no
  /// more of it is taken than a file of its size can mean.
  private static func weights(
    in value: PickleValue, key: String?, name: String, fileByteCount: Int
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    let part = key == "" ? value : try value.weights(under: key)
    let arrays = try part.flattened(
      nameByteLimit: 16 * fileByteCount + (1 << 16),
      byteLimit: 4 * fileByteCount + Pickle.Limits().repeatedByteCount)
    return arrays.map { ($0.name.isEmpty ? name : $0.name, $0.array) }
  }

  /// Takes those arrays whose names begin with a key and a point, which go.
  private mutating func choose(_ key: String, name: String) throws(WeightFileError) {
    if key.isEmpty { return }
    let chosen = arrays.compactMap { full, array -> (name: String, array: StoredArray)? in
      if NameKey(full) == NameKey(key) { return (name, array) }
      guard full.utf8.starts(with: (key + ".").utf8) else { return nil }
      return (String(decoding: full.utf8.dropFirst(key.utf8.count + 1), as: UTF8.self), array)
    }
    if chosen.isEmpty {
      var beginnings: [String] = []
      for (full, _) in arrays where beginnings.count < 20 {
        let beginning = "'\(full.prefix { $0 != "." })'"
        if !beginnings.contains(beginning) { beginnings.append(beginning) }
      }
      throw WeightFileError(
        .unclear(
          "none of its names begins with '\(key).'; they begin with "
            + beginnings.joined(separator: ", ")))
    }
    arrays = chosen
  }
}

extension WeightFileFormat {
  /// Whether files that begin so are read.
  fileprivate var isRead: Bool {
    [.safetensors, .npy, .zip, .pickle, .oldPyTorch, .gguf].contains(self)
  }
}

extension ZipArchive {
  /// What an archive holds, by the names in it.
  var format: WeightFileFormat {
    if torchPickle != nil { return .pyTorch }
    return entries.allSatisfy { $0.name.hasSuffix(".npy") } ? .npz : .zip
  }
}
