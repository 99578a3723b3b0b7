import BackpropFiles

/// A file of `torch.save`: `.pt` or `.pth`.
///
/// Read are the zip archives that PyTorch writes and the files of versions before 1.6, with all that
/// they hold: the weights of a model, and of a checkpoint the optimizer's state, counters and texts
/// as well. No code of the file is run; see ``Pickle`` for what may stand in it. Written are zip
/// archives of a dictionary of tensors, which `torch.load(path, weights_only=True)` reads.
///
/// ```swift
/// let checkpoint = try PyTorchFile.read("checkpoint.pt")
/// print(checkpoint["epoch"]?.intValue ?? 0)
/// for (name, array) in try checkpoint.flattened() { print(name, array.shape) }
///
/// let weights = try StateDictionary(contentsOf: "checkpoint.pt")      // those of the model alone
/// try PyTorchFile.write(weights, to: "copy.pt")
/// ```
public enum PyTorchFile {
  /// Reads a file: all that it holds. Tensors that lie in it as they do in memory are looked at there,
  /// and not read before: the file must not be cut short as long as they are kept.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(
    _ path: String, limits: Pickle.Limits = Pickle.Limits()
  ) throws -> PickleValue {
    let bytes = try FileReader(path).contents()
    do throws(WeightFileError) {
      return try decode(bytes, limits: limits)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(
    _ bytes: [UInt8], limits: Pickle.Limits = Pickle.Limits()
  ) throws(WeightFileError) -> PickleValue {
    try decode(SharedBytes(bytes), limits: limits)
  }

  static func decode(
    _ bytes: SharedBytes, limits: Pickle.Limits
  ) throws(WeightFileError) -> PickleValue {
    let start = bytes[0..<min(bytes.count, WeightFileFormat.prefixCount)].array
    let format = WeightFileFormat(firstBytes: start)
    switch format {
    case .zip:
      return try TorchArchive(ZipArchive(bytes), byteCount: bytes.count).value(limits: limits)
    case .oldPyTorch: return try TorchLegacyFile(bytes, limits: limits).value(limits: limits)
    default: throw WeightFileError(.wrongFormat(format))
    }
  }
}
