import BackpropArrays
import BackpropFiles

extension StateDictionary {
  /// Reads a weight file: safetensors, a PyTorch checkpoint of a state dictionary (`torch.save`),
  /// npz, npy (named after the file), or a pickle of a dictionary of NumPy arrays. Which it is shows
  /// from its first bytes, and stands in ``format`` afterwards.
  ///
  /// No code of the file is run.
  ///
  /// - Throws: `FileError`, or `WeightFileError` that says what the file is instead.
  public init(contentsOf path: String) throws {
    let start = try FileReader(path).read(WeightFileFormat.prefixCount, at: 0)
    let format = WeightFileFormat(firstBytes: start)
    switch format {
    case .safetensors:
      let file = try Safetensors(contentsOf: path)
      try self.init(file: path, format: format, file.tensors.map { ($0.name, $0.array) })
      metadata = file.metadata
    case .npy:
      try self.init(file: path, format: format, [(Self.stem(of: path), NPY.read(path))])
    case .zip:
      self = try Self.readArchive(path)
    case .pickle:
      guard let arrays = try Pickle.read(path).arrays else {
        throw WeightFileError(
          .invalid("the pickle holds something other than a dictionary of arrays"), file: path)
      }
      try self.init(file: path, format: format, arrays)
    default:
      throw WeightFileError(.wrongFormat(format), file: path)
    }
  }

  private init(
    file: String, format: WeightFileFormat, _ arrays: [(name: String, array: StoredArray)]
  ) throws(WeightFileError) {
    self.init(file: file, format: format)
    for (name, array) in arrays {
      if array.shape.count > Extents.capacity {
        throw WeightFileError(
          .unsupported("the array '\(name)' of more than \(Extents.capacity) axes"), file: file)
      }
      set(name, array.array)
    }
  }

  private static func readArchive(_ path: String) throws -> StateDictionary {
    let bytes = try File.read(path)
    do throws(WeightFileError) {
      let archive = try ZipArchive(bytes)
      let format = archive.format
      let arrays =
        switch format {
        case .npz: try NPZ.decode(archive)
        case .pyTorch: try TorchArchive(archive, byteCount: bytes.count).arrays()
        default: throw WeightFileError(.wrongFormat(format))
        }
      return try StateDictionary(file: path, format: format, arrays)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// The name of a file without its folders and its ending.
  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
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
