import BackpropFiles

/// NumPy arrays by name in one file: `.npz`, a zip archive of `.npy` files.
///
/// Archives as `numpy.savez` and `numpy.savez_compressed` write them are read; what is written is not
/// compressed, as by `numpy.savez`.
///
/// ```swift
/// let weights = try NPZ.read("weights.npz")
/// print(weights.map(\.name))
/// ```
public enum NPZ {
  /// The most bytes that the arrays of an archive may have if nothing else is said: 16 GiB.
  public static let defaultLimit = 1 << 34

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: archives whose arrays have more bytes in all are refused.
  /// - Returns: the arrays in the order of the archive.
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(
    _ path: String, limit: Int = defaultLimit
  ) throws -> [(name: String, array: StoredArray)] {
    let bytes = try File.read(path)
    do {
      return try decode(bytes, limit: limit)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(
    _ bytes: [UInt8], limit: Int = defaultLimit
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    try decode(ZipArchive(bytes), limit: limit)
  }

  /// Decodes the arrays of an archive.
  static func decode(
    _ archive: ZipArchive, limit: Int = defaultLimit
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    var total = 0
    var result: [(name: String, array: StoredArray)] = []
    for entry in archive.entries {
      total += entry.byteCount
      if total > limit {
        throw WeightFileError(
          .limitExceeded("its arrays have more than the \(limit) bytes that are accepted"))
      }
      guard entry.name.hasSuffix(".npy") else {
        throw WeightFileError(.invalid("it holds '\(entry.name)', which is no .npy file"))
      }
      result.append(
        (String(entry.name.dropLast(4)), try NPY.decode(try archive.content(of: entry))))
    }
    return result
  }

  /// Writes a file: whole or not at all.
  ///
  /// Traps if the arrays take 4 GiB or more, or one is `bfloat16`, which NumPy does not have.
  ///
  /// - Throws: `FileError`.
  public static func write(_ arrays: [(name: String, array: StoredArray)], to path: String) throws {
    let archive = ZipArchive.encode(
      arrays.map { (name: $0.name + ".npy", content: NPY.encode($0.array)) })
    try AtomicFile.write(archive, to: path)
  }
}
