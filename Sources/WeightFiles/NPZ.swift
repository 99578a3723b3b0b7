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
  /// The most bytes that the compressed arrays of an archive may have if nothing else is said: 16 GiB.
  public static let defaultLimit = 1 << 34

  /// The most bytes that compressed arrays may have in a file of this size if nothing else is said: 64
  /// times as many, or 256 MiB if that is more, up to ``defaultLimit``. Zeros can be packed into a
  /// thousandth, weights into a half.
  public static func packedLimit(fileByteCount: Int) -> Int {
    min(defaultLimit, max(1 << 28, 64 * fileByteCount))
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: archives whose compressed arrays have more bytes in all are refused; `nil` goes by the
  ///     size of the file, see ``packedLimit(fileByteCount:)``.
  /// - Returns: the arrays in the order of the archive.
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(
    _ path: String, limit: Int? = nil
  ) throws -> [(name: String, array: StoredArray)] {
    let bytes = try FileReader(path).contents()
    do throws(WeightFileError) {
      return try decode(ZipArchive(bytes), limit: limit)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(
    _ bytes: [UInt8], limit: Int? = nil
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    try decode(ZipArchive(bytes), limit: limit)
  }

  /// Decodes the arrays of an archive.
  static func decode(
    _ archive: ZipArchive, limit: Int? = nil
  ) throws(WeightFileError) -> [(name: String, array: StoredArray)] {
    let limit = limit ?? packedLimit(fileByteCount: archive.byteCount)
    var total = 0
    for entry in archive.entries {
      // What is stored lies in the file; only what grows takes memory.
      if entry.isDeflated { total += entry.byteCount }
      if total > limit {
        throw WeightFileError(
          .limitExceeded(
            "its arrays have more than the \(limit) bytes that are accepted; NPZ.read takes another limit"
          ))
      }
      guard entry.name.hasSuffix(".npy") else {
        throw WeightFileError(.invalid("it holds '\(entry.name)', which is no .npy file"))
      }
    }
    var result: [(name: String, array: StoredArray)] = []
    for entry in archive.entries {
      let array = try NPY.decode(archive.view(of: entry))
      result.append((String(entry.name.dropLast(4)), array.resident))
    }
    return result
  }

  /// Writes a file: whole or not at all.
  ///
  /// Traps if one is of a type that NumPy does not have: see ``StoredArray/convertedForNumPy``.
  ///
  /// - Throws: `FileError`.
  public static func write(_ arrays: [(name: String, array: StoredArray)], to path: String) throws {
    try AtomicFile.write(to: path) { file in
      var archive = ZipWriter()
      for (name, array) in arrays {
        try archive.add(name + ".npy", NPY.parts(of: array)) { try file.write($0) }
      }
      try archive.finish { try file.write($0) }
    }
  }
}
