import BackpropArrays
import BackpropFiles

extension StateDictionary {
  /// Reads a weight file: safetensors, a PyTorch checkpoint of a state dictionary (`torch.save`),
  /// npz, npy (named after the file; several in one file are numbered), or a pickle of a dictionary of
  /// NumPy arrays. Which it is shows from its first bytes, and stands in ``format`` afterwards. The file
  /// may be a pipe.
  ///
  /// No code of the file is run. Arrays that lie in a file as they do in memory are looked at there and
  /// not read before, as with ``Safetensors/init(contentsOf:copying:)``: the file must not be cut short
  /// as long as they are kept. Models that load them have copies of their own.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - copying: whether all is read into memory at once, and nothing depends on the file afterwards.
  /// - Throws: `FileError`, or `WeightFileError` that says what the file is instead.
  public init(contentsOf path: String, copying: Bool = false) throws {
    let reader = try FileReader(path)
    let start = WeightFileFormat(firstBytes: try reader.read(WeightFileFormat.prefixCount, at: 0))
    if !start.isRead { throw WeightFileError(.wrongFormat(start), file: path) }
    let bytes = try reader.contents(copying: copying)
    do throws(WeightFileError) {
      let content = try WeightFileContent(bytes, as: start, name: Self.stem(of: path))
      self.init(file: path, format: content.format)
      for (name, array) in content.arrays { set(name, array) }
      metadata = content.metadata
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a weight file of any of the formats that ``init(contentsOf:copying:)`` reads.
  ///
  /// - Throws: `WeightFileError`.
  public init(_ bytes: [UInt8]) throws(WeightFileError) {
    let start = WeightFileFormat(firstBytes: Array(bytes.prefix(WeightFileFormat.prefixCount)))
    let content = try WeightFileContent(SharedBytes(bytes), as: start, name: "array")
    self.init(format: content.format)
    for (name, array) in content.arrays { set(name, array) }
    metadata = content.metadata
  }

  /// The name of a file without its folders and its ending.
  private static func stem(of path: String) -> String {
    let name = File.name(of: path)
    return name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
  }
}

/// What is in a weight file.
private struct WeightFileContent {
  var format: WeightFileFormat
  var arrays: [(name: String, array: StoredArray)]
  var metadata: [String: String] = [:]

  /// - Parameters:
  ///   - bytes: the file.
  ///   - start: what it is by its first bytes.
  ///   - name: what an array without a name is called.
  init(
    _ bytes: SharedBytes, as start: WeightFileFormat, name: String
  ) throws(WeightFileError) {
    format = start
    switch start {
    case .safetensors:
      let file = try Safetensors(bytes)
      arrays = file.tensors.map { ($0.name, $0.array) }
      metadata = file.metadata
    case .npy:
      let all = try NPY.decodeAll(bytes)
      arrays = all.enumerated().map { (all.count == 1 ? name : "\(name).\($0)", $1) }
    case .zip:
      let archive = try ZipArchive(bytes)
      format = archive.format
      switch format {
      case .npz: arrays = try NPZ.decode(archive)
      case .pyTorch: arrays = try TorchArchive(archive, byteCount: bytes.count).arrays()
      default: throw WeightFileError(.wrongFormat(format))
      }
    case .pickle:
      guard let found = try Pickle.decode(bytes.array).arrays else {
        throw WeightFileError(
          .invalid("the pickle holds something other than a dictionary of arrays"))
      }
      arrays = found
    default: throw WeightFileError(.wrongFormat(start))
    }
  }
}

extension WeightFileFormat {
  /// Whether files that begin so are read.
  fileprivate var isRead: Bool {
    [.safetensors, .npy, .zip, .pickle].contains(self)
  }
}

extension ZipArchive {
  /// What an archive holds, by the names in it.
  var format: WeightFileFormat {
    if entries.contains(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }) {
      return .pyTorch
    }
    return entries.allSatisfy { $0.name.hasSuffix(".npy") } ? .npz : .zip
  }
}
