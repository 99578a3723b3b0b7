import BackpropFiles

/// One NumPy array in a file of its own: `.npy`. Or several, one after the other, as `numpy.save` writes
/// them to one open file.
///
/// A magic number and a version, a Python dictionary as text that gives the type, the order and the
/// shape, and the bytes. Versions 1 to 3 are read and version 1 is written. Definition: the module
/// `numpy.lib.format`.
///
/// ```swift
/// let array = try NPY.read("W1.npy")
/// try NPY.write(array, to: "copy.npy")
/// ```
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy itself does not trust a longer one.
  static let maximumHeaderCount = 10_000

  /// Reads a file of one array.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public static func read(_ path: String) throws -> StoredArray {
    try inFile(path) { bytes throws(WeightFileError) in try decode(bytes) }
  }

  /// Reads a file of one array or more, one after the other.
  ///
  /// - Throws: `FileError` or `WeightFileError`.
  public static func readAll(_ path: String) throws -> [StoredArray] {
    try inFile(path) { bytes throws(WeightFileError) in try decodeAll(bytes) }
  }

  private static func inFile<R>(
    _ path: String, _ body: (SharedBytes) throws(WeightFileError) -> R
  ) throws -> R {
    let bytes = try FileReader(path).contents()
    do throws(WeightFileError) {
      return try body(bytes)
    } catch {
      throw WeightFileError(error.reason, file: path)
    }
  }

  /// Writes a file: whole or not at all.
  ///
  /// Traps if the elements are of a type that NumPy does not have: see
  /// ``StoredArray/convertedForNumPy``.
  ///
  /// - Throws: `FileError`.
  public static func write(_ array: StoredArray, to path: String) throws {
    try write([array], to: path)
  }

  /// Writes a file of several arrays, one after the other: whole or not at all.
  ///
  /// Traps if the elements are of a type that NumPy does not have: see
  /// ``StoredArray/convertedForNumPy``.
  ///
  /// - Throws: `FileError`.
  public static func write(_ arrays: [StoredArray], to path: String) throws {
    try AtomicFile.write(to: path) { file in
      for array in arrays { for part in parts(of: array) { try file.write(part) } }
    }
  }

  /// Decodes the bytes of a file of one array.
  ///
  /// - Throws: `WeightFileError`.
  public static func decode(_ bytes: [UInt8]) throws(WeightFileError) -> StoredArray {
    try decode(SharedBytes(bytes))
  }

  /// Decodes the bytes of a file of one array or more.
  ///
  /// - Throws: `WeightFileError`.
  public static func decodeAll(_ bytes: [UInt8]) throws(WeightFileError) -> [StoredArray] {
    try decodeAll(SharedBytes(bytes))
  }

  static func decode(_ bytes: SharedBytes) throws(WeightFileError) -> StoredArray {
    let (array, end) = try next(in: bytes, from: 0)
    if end < bytes.count {
      throw WeightFileError(.invalid("\(bytes.count - end) bytes follow the data"))
    }
    return array
  }

  static func decodeAll(_ bytes: SharedBytes) throws(WeightFileError) -> [StoredArray] {
    var arrays: [StoredArray] = []
    var position = 0
    repeat {
      let (array, end) = try next(in: bytes, from: position)
      arrays.append(array)
      position = end
    } while position < bytes.count
    return arrays
  }

  /// The array that begins at `start`, and where it ends.
  private static func next(
    in bytes: SharedBytes, from start: Int
  ) throws(WeightFileError) -> (StoredArray, end: Int) {
    let (header, headerCount) = try readHeader(bytes[start..<bytes.count])
    guard let scalarType = header.type.scalarType else {
      throw WeightFileError(.unsupported("the NumPy type \(header.type.title)"))
    }
    let expected = try StoredArray.byteCount(scalarType, header.shape, of: "the array")
    let dataStart = start + headerCount
    let found = bytes.count - dataStart
    if found < expected {
      throw WeightFileError(.truncated(part: "the data", expected: expected, found: found))
    }
    let end = dataStart + expected
    let array = NumPyArray(
      scalarType: scalarType, isBigEndian: header.type.isBigEndian, isFortran: header.isFortran,
      shape: header.shape, content: bytes[dataStart..<end])
    return (array.stored, end)
  }

  /// What the header at the start of `bytes` says, and how many bytes it takes.
  private static func readHeader(
    _ bytes: SharedBytes
  ) throws(WeightFileError) -> (header: NPYHeader, byteCount: Int) {
    let start = bytes[0..<min(bytes.count, 12)].array
    if start.count < 10 {
      throw WeightFileError(
        .truncated(part: "the start of the array", expected: 10, found: start.count))
    }
    guard start.starts(with: magic), (1...3).contains(start[6]) else {
      throw WeightFileError(.invalid("it does not begin as an .npy file of version 1 to 3 does"))
    }
    let textStart = start[6] == 1 ? 10 : 12
    if start.count < textStart {
      throw WeightFileError(
        .truncated(part: "the length of the header", expected: textStart, found: start.count))
    }
    let count =
      start[6] == 1
      ? Int(start.littleEndian(UInt16.self, at: 8)) : Int(start.littleEndian(UInt32.self, at: 8))
    if count > maximumHeaderCount {
      throw WeightFileError(
        .limitExceeded(
          "the header claims \(count) bytes, and at most \(maximumHeaderCount) are accepted"))
    }
    if bytes.count < textStart + count {
      throw WeightFileError(
        .truncated(part: "the header", expected: count, found: bytes.count - textStart))
    }
    let text = bytes[textStart..<textStart + count].array
    return (try NPYHeader(text[...]), textStart + count)
  }

  /// The bytes of a file.
  ///
  /// Traps if the elements are of a type that NumPy does not have: see
  /// ``StoredArray/convertedForNumPy``.
  public static func encode(_ array: StoredArray) -> [UInt8] {
    parts(of: array).flatMap(\.array)
  }

  /// The header and the elements.
  static func parts(of array: StoredArray) -> [SharedBytes] {
    guard let code = NumPyType.code(of: array.scalarType) else {
      fatalError(
        "NPY: NumPy has no \(array.scalarType.name); convert the array first (convertedForNumPy)")
    }
    let sizes = array.shape.map(String.init).joined(separator: ", ")
    let shape = array.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    let text = "{'descr': '\(code)', 'fortran_order': False, 'shape': \(shape), }"
    // The data begin at a multiple of 64 bytes, so that they can be mapped into memory.
    let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
    let header = text + String(repeating: " ", count: padding) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(littleEndian: UInt16(header.utf8.count))
    return [SharedBytes(bytes + Array(header.utf8)), array.content]
  }
}

extension StoredArray {
  /// The array as NumPy can have it: `float32` in the place of `bfloat16` and of fractions of 8 bits,
  /// each of which it holds exactly; itself if it is of any other type.
  public var convertedForNumPy: StoredArray {
    NumPyType.code(of: scalarType) == nil ? StoredArray(array.cast(to: .float32)) : self
  }
}
