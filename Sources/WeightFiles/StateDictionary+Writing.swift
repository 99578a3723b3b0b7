import BackpropFiles

/// Arrays that cannot be written in a format: why, and what to do.
public struct WeightConversionError: Error, Equatable, CustomStringConvertible {
  /// What is in the way.
  public let problem: String

  /// Makes an error.
  public init(_ problem: String) { self.problem = problem }

  public var description: String { "cannot write the weights: \(problem)" }
}

extension WeightFileFormat {
  /// The formats that are written, and how the names of such files end.
  static let writtenEndings: [(ending: String, format: WeightFileFormat)] = [
    ("safetensors", .safetensors), ("npz", .npz), ("npy", .npy), ("pt", .pyTorch),
    ("pth", .pyTorch), ("gguf", .gguf),
  ]

  /// How the names of files end that are written: ".safetensors, .npz, .npy".
  public static var endingsText: String {
    writtenEndings.map { "." + $0.ending }.joined(separator: ", ")
  }

  /// The format that a file is to be written in by the ending of its name.
  ///
  /// - Throws: ``WeightConversionError`` that names the endings.
  public init(writtenAs path: String) throws(WeightConversionError) {
    let ending = File.nameEnding(of: path).lowercased()
    guard let known = Self.writtenEndings.first(where: { $0.ending == ending }) else {
      throw WeightConversionError(
        "the name '\(path)' does not end in one of \(Self.endingsText), by which the format is "
          + "chosen")
    }
    self = known.format
  }
}

extension StateDictionary {
  /// Writes a file in a format: whole or not at all.
  ///
  /// Nothing but safetensors and GGUF keeps the metadata, GGUF as texts. NumPy has no `bfloat16` and
  /// no fractions of 8 bits: in npz and npy they become `float32`, which holds them exactly.
  ///
  /// - Parameters:
  ///   - path: the file; one that is there is replaced.
  ///   - format: safetensors, npz, PyTorch's, GGUF, or npy for a single array; see
  ///     ``WeightFileFormat/init(writtenAs:)``.
  /// - Throws: `FileError`; ``WeightConversionError`` if the format cannot hold the arrays. A file that
  ///   was there before is then unchanged.
  public func write(to path: String, as format: WeightFileFormat) throws {
    switch format {
    case .safetensors: try write(to: path)
    case .npz:
      try NPZ.write(
        entries.map { (name: $0.name, array: $0.stored.convertedForNumPy) }, to: path)
    case .npy:
      guard entries.count == 1 else {
        throw WeightConversionError(
          "an npy file holds one array, and there are \(entries.count); write .npz")
      }
      try NPY.write(entries[0].stored.convertedForNumPy, to: path)
    case .pyTorch: try PyTorchFile.write(self, to: path)
    case .gguf: try gguf().write(to: path)
    default:
      throw WeightConversionError("\(format.title) is read and not written")
    }
  }

  /// The arrays as a GGUF file has them, their metadata as texts.
  ///
  /// - Throws: ``WeightConversionError`` if GGUF cannot hold one.
  func gguf() throws(WeightConversionError) -> GGUF {
    for entry in entries {
      if GGUFTensorType(entry.stored.scalarType) == nil {
        throw WeightConversionError(
          "'\(entry.name)' is \(entry.stored.scalarType.rawValue), of which GGUF has none; write "
            + ".safetensors")
      }
      if entry.stored.shape.count > GGUF.maximumRank {
        throw WeightConversionError(
          "'\(entry.name)' has \(entry.stored.shape.count) axes, and GGUF allows "
            + "\(GGUF.maximumRank)")
      }
    }
    let texts = metadata.filter { $0.key != GGUF.alignmentKey }
    return GGUF(
      entries.map { .init(name: $0.name, $0.stored) },
      metadata: texts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
        ($0.key, .string($0.value))
      })
  }
}
